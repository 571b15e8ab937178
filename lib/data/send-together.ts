import type { Writable } from 'node:stream'
import type pg from 'pg'

/** What is asked of this connection in one turn of the event loop leaves in one write. */
export function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}
