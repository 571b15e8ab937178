import type { Writable } from 'node:stream'
import type pg from 'pg'
import { inOrder, type RunSql } from './append-events'
import { isEmbedded } from './connection'
import { prepared } from './prepared'

/**
 * The statements of one transaction, in the order they are asked: on a served database without waiting for each
 * other's answers. Once one has failed, or the transaction is over, no other is sent: it would stand by itself.
 */
export function statementsOn(client: pg.PoolClient): { run: RunSql; end: () => void } {
  let isOpen = true
  const end = () => {
    isOpen = false
  }
  const run: RunSql = async (sql, ...values) => {
    if (!isOpen) throw new Error('This transaction takes no more statements.')
    sendTogether(client)
    try {
      return (await client.query(prepared(sql, values))).rows
    } catch (reason) {
      end()
      throw reason
    }
  }
  return { run: isEmbedded() ? inOrder(run) : run, end }
}

/** What is asked in one turn of the event loop leaves in one write. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}
