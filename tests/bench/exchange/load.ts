import { Connection, type Reply } from '../wire'

/** What the load process is told: prepared requests, and over how many connections to send them. */
export type Job = { port: number; connections: number; requests: readonly string[] }
export type Done = { tookMs: number; replies: readonly Reply[] }

/** Sends all of them, each connection the next as soon as its last is answered. */
export async function runJob({ port, connections, requests }: Job): Promise<Done> {
  const open = Array.from({ length: connections }, () => new Connection(port))
  const replies: Reply[] = []
  let next = 0
  const began = performance.now()
  const work = async (connection: Connection) => {
    for (let at = next++; at < requests.length; at = next++)
      replies[at] = await connection.send(requests[at] ?? '')
  }
  await Promise.all(open.map(work))
  const tookMs = performance.now() - began
  for (const connection of open) connection.close()
  return { tookMs, replies }
}

process.on('message', (job: Job) => void runJob(job).then((done) => process.send?.(done)))
