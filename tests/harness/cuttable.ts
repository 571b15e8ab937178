import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './ports.mjs'

/** A wire to a database that can be cut and mended: cut, it stays open and carries nothing, like a lost network. */
export async function cuttableWire(to: { port: number; host?: string }) {
  const port = await freePort()
  const pairs = new Set<readonly [Socket, Socket]>()
  let isCut = false
  const join = (here: Socket) => {
    const there = connect(to.port, to.host ?? '127.0.0.1')
    const pair = [here, there] as const
    pairs.add(pair)
    if (isCut) for (const socket of pair) socket.pause()
    for (const [from, into] of [
      [here, there],
      [there, here],
    ] as const) {
      from.on('data', (bytes) => into.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        into.destroy()
        pairs.delete(pair)
      })
    }
  }
  const server = createServer(join)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket)
  }
  return {
    port,
    cut: () => {
      isCut = true
      each((socket) => socket.pause())
    },
    mend: () => {
      isCut = false
      each((socket) => socket.resume())
    },
    close: () => {
      each((socket) => socket.destroy())
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The same address of a database, by way of the wire. */
export function throughWire(url: string, port: number): string {
  const through = new URL(url)
  through.port = String(port)
  return through.href
}
