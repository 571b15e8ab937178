import { createServer, request as send } from 'node:http'
import { freePort } from '../harness/ports.mjs'

/** A reverse proxy that remembers nothing: every request goes to the next server, and is passed on unchanged. */
export async function startRoundRobin() {
  const port = await freePort()
  const backends: { port: number; answered: number }[] = []
  const failed: string[] = []
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const backend = backends[turn++ % backends.length]
    const { method, url: path, headers } = incoming
    const passed = send({ host: '127.0.0.1', port: backend?.port, method, path, headers, agent: false })
    passed.once('response', (answer) => {
      if (backend) backend.answered += 1
      if ((answer.statusCode ?? 500) >= 500) failed.push(`${method} ${path} ${answer.statusCode}`)
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
      answer.once('error', () => outgoing.destroy())
    })
    passed.once('error', (error) => {
      // Whoever left does not wait for an answer.
      if (!incoming.destroyed) failed.push(`${method} ${path} ${error.message}`)
      outgoing.destroy()
    })
    outgoing.once('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    url: `http://localhost:${port}`,
    /** The ports of the servers from now on. */
    standBefore: (...ports: number[]) => backends.push(...ports.map((each) => ({ port: each, answered: 0 }))),
    /** How many requests each has answered. */
    answered: () => backends.map(({ answered }) => answered),
    /** What a server did not answer, or answered with a fault. */
    failed: () => failed,
    stop,
  }
}
