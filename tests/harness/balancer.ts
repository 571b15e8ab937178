import { connect, createServer, type Socket } from 'node:net'

/** What stands before several replicas: each connection goes to the next one that answers, and dies with it. */
export async function startBalancer(port: number, backends: readonly number[]) {
  const sockets = new Set<Socket>()
  let turn = 0
  const join = (here: Socket, triesLeft = backends.length) => {
    const there = connect(backends[turn++ % backends.length] ?? 0, '127.0.0.1')
    let isThere = false
    there.once('connect', () => {
      isThere = true
      here.pipe(there)
      there.pipe(here)
    })
    there.on('error', () => {
      if (isThere || triesLeft <= 1) here.destroy()
      else join(here, triesLeft - 1)
    })
    there.on('close', () => {
      if (isThere) here.destroy()
    })
    here.on('error', () => there.destroy())
    here.on('close', () => there.destroy())
    sockets.add(here)
  }
  const server = createServer({ pauseOnConnect: false }, (here) => join(here))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
