import type pg from 'pg'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { appendEvents, type RunSql } from './append-events'
import { noteFault, sqlStateOf } from './availability'
import { tellCommitted } from './committed'
import { pool } from './database'
import { inBatches } from './in-batches'
import { statementsOn } from './statements'

/** What one ask of a batch comes to: its answer and the events to remember. */
export type Answered<A> = { answer: A; act: Act; events: readonly TrailEvent[] }

/**
 * One step for all asks in flight, inside one transaction: lock, check, write. Answers stand in the asks' order. Writes
 * nobody reads again are handed to `meanwhile`: they are sent before the log's head is asked for, and not waited for
 * until the commit.
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
  const { run, end } = statementsOn(client)
  let isBroken = true
  try {
    const begun = run('begin')
    try {
      const written: Promise<unknown>[] = []
      const [answered] = await Promise.all([step(run, asks, (one) => written.push(one)), begun])
      const acted = answered.flatMap(({ act, events }) => events.map((event) => ({ act, event })))
      await Promise.all([appendEvents(run, acted), ...written])
      isBroken = false
      await commitOrUnknown(client)
      tellCommitted({ acts: asks.length, events: answered.flatMap(({ events }) => events) })
      return answered.map(({ answer }) => answer)
    } catch (error) {
      noteFault(error)
      if (!(error instanceof CommitUnknown)) await client.query('rollback')
      isBroken = error instanceof CommitUnknown
      throw error
    }
  } finally {
    end()
    client.release(isBroken)
  }
}

// Nobody to ask: trying each ask alone would make a crowd wait as many times as it has heads.
async function connectOrUnknown(): Promise<pg.PoolClient> {
  try {
    return await pool().connect()
  } catch (cause) {
    throw new CommitUnknown('The database cannot be reached.', { cause })
  }
}

async function commitOrUnknown(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('commit')
  } catch (cause) {
    throw new CommitUnknown('It is not known whether the database stored this.', { cause })
  }
}

/**
 * What one ask of a batch may have brought on all of them: a value or a row that cannot be (classes 22 and 23), two
 * batches in each other's way (40), or a fault that is no database's. A lock that is held, time that is over, a full
 * disk would meet each of them again, one after the other, with everybody waiting behind.
 */
function isOneAsks(reason: unknown): boolean {
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
export const groupCommit = <Q, A>(step: BatchStep<Q, A>, limit = 256): ((ask: Q) => Promise<A>) =>
  inBatches((asks) => commitBatch(step, asks), limit)
