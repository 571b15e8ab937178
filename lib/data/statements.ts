import type pg from 'pg'
import { inOrder, type RunSql } from './append-events'
import { isEmbedded } from './connection'
import { prepared } from './prepared'
import { sendTogether } from './send-together'

/** One transaction, from its first statement to its last. */
export type Statements = {
  run: RunSql
  /** The last statement. Whether the database kept the transaction: behind a statement that failed it takes all back. */
  commit: (written: Promise<unknown>) => Promise<boolean>
  rollback: () => Promise<unknown>
  end: () => void
}

/**
 * The statements of one transaction, in the order they are asked: on a served database without waiting for each
 * other's answers. Once one has failed, or the transaction is over, no other is sent: it would stand by itself.
 */
export function statementsOn(client: pg.PoolClient): Statements {
  let isOpen = true
  const end = () => {
    isOpen = false
  }
  const send = (query: string | pg.QueryConfig) => {
    sendTogether(client)
    return client.query(query)
  }
  const run: RunSql = async (sql, ...values) => {
    if (!isOpen) throw new Error('This transaction takes no more statements.')
    try {
      return (await send(prepared(sql, values))).rows
    } catch (reason) {
      end()
      throw reason
    }
  }
  const commit = async (written: Promise<unknown>) => {
    if (isEmbedded()) await written.catch(() => {})
    return (await send('commit')).command === 'COMMIT'
  }
  return { run: isEmbedded() ? inOrder(run) : run, commit, rollback: () => send('rollback'), end }
}
