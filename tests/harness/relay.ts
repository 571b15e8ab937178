import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from './ports.mjs'

/** Where a database of the tests listens: on a port, or as the embedded one on a socket in a folder. */
function placeOf(url: string) {
  const { searchParams, hostname, port } = new URL(url.replace(':///', '://localhost/'))
  const folder = searchParams.get('host')
  return folder ? { path: `${folder}/.s.PGSQL.5432` } : { host: hostname, port: Number(port) }
}

/** Stands before a database. Stopped, nobody listens and every connection is gone, as with a stopped server. */
export async function startRelay(url: string) {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const start = async () => {
    server = createServer((here) => {
      const there = connect(placeOf(url))
      for (const [from, to] of [[here, there] as const, [there, here] as const]) {
        sockets.add(from)
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
        from.pipe(to)
      }
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
  }
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server?.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await closed
  }
  await start()
  const { pathname, username } = new URL(url.replace(':///', '://localhost/'))
  return { url: `postgresql://${username || 'postgres'}@127.0.0.1:${port}${pathname}`, start, stop }
}
