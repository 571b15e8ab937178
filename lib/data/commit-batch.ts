import type pg from 'pg'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { prepareEvents, type RunSql } from './append-events'
import { noteFault, sqlStateOf } from './availability'
import { tellCommitted } from './committed'
import { pool } from './database'
import { type BatchSizes, inBatches } from './in-batches'
import { prepared } from './prepared'
import { sendTogether } from './send-together'
import { type Statements, statementsOn } from './statements'

/** What one ask of a batch comes to: its answer and the events to remember. */
export type Answered<A> = { answer: A; act: Act; events: readonly TrailEvent[] }

/**
 * One step for all asks in flight, inside one transaction: lock, check, write. Answers stand in the asks' order. Writes
 * nobody reads again are handed to `meanwhile`: they are not waited for until the commit, which leaves together with
 * them and the events.
 */
export type BatchStep<Q, A> = (
  run: RunSql,
  asks: readonly Q[],
  meanwhile: (written: Promise<unknown>) => void,
) => Promise<readonly Answered<A>[]>

/** The database took no part in this, or nobody knows whether it did: never a credential. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

async function inTransaction<Q, A>(step: BatchStep<Q, A>, asks: readonly Q[]): Promise<A[]> {
  const client = await connectOrUnknown()
  const statements = statementsOn(client)
  let isBroken = false
  try {
    const answered = await writeAll(statements, step, asks)
    tellCommitted({ acts: asks.length, events: answered.flatMap(({ events }) => events) })
    return answered.map(({ answer }) => answer)
  } catch (error) {
    noteFault(error)
    isBroken = error instanceof CommitUnknown
    throw error
  } finally {
    statements.end()
    client.release(isBroken)
  }
}

async function writeAll<Q, A>(
  { run, commit, rollback }: Statements,
  step: BatchStep<Q, A>,
  asks: readonly Q[],
): Promise<readonly Answered<A>[]> {
  const begun = run('begin')
  const written: Promise<unknown>[] = []
  const meanwhile = (one: Promise<unknown>) => {
    // Whoever fails before it is waited for is heard of later.
    one.catch(() => {})
    written.push(one)
  }
  try {
    const [answered] = await Promise.all([step(run, asks, meanwhile), begun])
    const acted = answered.flatMap(({ act, events }) => events.map((event) => ({ act, event })))
    // All that can fail in here fails before the first of them is sent: the commit stands right behind.
    const events = acted.length > 0 ? prepareEvents(acted) : null
    const all = Promise.all([...written, events && run(...events)])
    return await keep(all, commit).then(() => answered)
  } catch (error) {
    if (!(error instanceof CommitUnknown)) await rollback().catch(unknown('It is over with the connection.'))
    throw error
  }
}

/** Waits for the last writes and the commit behind them. A commit behind one that failed has taken all of them back. */
async function keep(all: Promise<unknown>, commit: Statements['commit']): Promise<void> {
  const [written, kept] = await Promise.allSettled([all, commit(all)])
  if (kept.status === 'rejected') return unknown(UNKNOWN)(kept.reason)
  if (written.status === 'rejected')
    return kept.value ? unknown(UNKNOWN)(written.reason) : fail(written.reason)
  if (!kept.value) throw new Error('The database took a transaction back and did not say why.')
}

const UNKNOWN = 'It is not known whether the database stored this.'

const fail = (reason: unknown): never => {
  throw reason
}

const unknown =
  (message: string) =>
  (cause: unknown): never => {
    throw new CommitUnknown(message, { cause })
  }

// Nobody to ask: trying each ask alone would make a crowd wait as many times as it has heads.
const connectOrUnknown = (): Promise<pg.PoolClient> =>
  pool().connect().catch(unknown('The database cannot be reached.'))

/**
 * What one ask of a batch may have brought on all of them: a value or a row that cannot be (classes 22 and 23), two
 * batches in each other's way (40), or a fault that is no database's. A lock that is held, time that is over, a full
 * disk would meet each of them again, one after the other, with everybody waiting behind.
 */
export function isOneAsks(reason: unknown): boolean {
  if (reason instanceof CommitUnknown) return false
  const state = sqlStateOf(reason)
  return state === null || /^(22|23|40)/.test(state)
}

/** A row that cannot be written is refused alone: after a sure rollback each ask is tried by itself. */
async function commitBatch<Q, A>(
  step: BatchStep<Q, A>,
  asks: readonly Q[],
): Promise<PromiseSettledResult<A>[]> {
  try {
    const answers = await inTransaction(step, asks)
    return answers.map((value) => ({ status: 'fulfilled', value }))
  } catch (reason) {
    if (asks.length === 1 || !isOneAsks(reason)) return asks.map(() => ({ status: 'rejected', reason }))
    const alone: PromiseSettledResult<A>[] = []
    for (const ask of asks) alone.push(...(await commitBatch(step, [ask])))
    return alone
  }
}

/** Group commit for the hot path: what is asked while one transaction is under way shares the next. */
export const groupCommit = <Q, A>(step: BatchStep<Q, A>, sizes: BatchSizes = {}): ((ask: Q) => Promise<A>) =>
  inBatches((asks) => commitBatch(step, asks), sizes)

/** One statement that is a transaction by itself: what is answered has been committed. Empties `values`. */
export async function commitStatement(sql: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const client = await connectOrUnknown()
  let isBroken = false
  try {
    sendTogether(client)
    return (await client.query(prepared(sql, values))).rows
  } catch (reason) {
    noteFault(reason)
    isBroken = sqlStateOf(reason) === null
    return isBroken ? unknown(UNKNOWN)(reason) : fail(reason)
  } finally {
    // Whatever still knows of the question keeps none of what was sent with it through the next collections.
    values.length = 0
    client.release(isBroken)
  }
}
