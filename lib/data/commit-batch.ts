import type pg from 'pg'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { appendEvents, type RunSql } from './append-events'
import { tellCommitted } from './committed'
import { pool } from './database'

/** What one ask of a batch comes to: its answer and the events to remember. */
export type Answered<A> = { answer: A; act: Act; events: readonly TrailEvent[] }

/** One step for all asks in flight, inside one transaction: lock, check, write. Answers stand in the asks' order. */
export type BatchStep<Q, A> = (run: RunSql, asks: readonly Q[]) => Promise<readonly Answered<A>[]>

/** The database took no part in this, or nobody knows whether it did: never a credential. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

const runOn =
  (client: pg.PoolClient): RunSql =>
  async (sql, ...values) =>
    (await client.query(sql, values)).rows

async function inTransaction<Q, A>(step: BatchStep<Q, A>, asks: readonly Q[]): Promise<A[]> {
  const client = await connectOrUnknown()
  let isBroken = true
  try {
    await client.query('begin')
    try {
      const answered = await step(runOn(client), asks)
      await appendEvents(
        runOn(client),
        answered.flatMap(({ act, events }) => events.map((event) => ({ act, event }))),
      )
      isBroken = false
      await commitOrUnknown(client)
      tellCommitted({ acts: asks.length, events: answered.flatMap(({ events }) => events) })
      return answered.map(({ answer }) => answer)
    } catch (error) {
      if (!(error instanceof CommitUnknown)) await client.query('rollback')
      isBroken = error instanceof CommitUnknown
      throw error
    }
  } finally {
    client.release(isBroken)
  }
}

// Nobody to ask: trying each ask alone would make a crowd wait as many times as it has heads.
const connectOrUnknown = (): Promise<pg.PoolClient> =>
  pool()
    .connect()
    .catch((cause: unknown) => {
      throw new CommitUnknown('The database cannot be reached.', { cause })
    })

async function commitOrUnknown(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('commit')
  } catch (cause) {
    throw new CommitUnknown('It is not known whether the database stored this.', { cause })
  }
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
    if (asks.length === 1 || reason instanceof CommitUnknown)
      return asks.map(() => ({ status: 'rejected', reason }))
    const alone: PromiseSettledResult<A>[] = []
    for (const ask of asks) alone.push(...(await commitBatch(step, [ask])))
    return alone
  }
}

type Waiting<Q, A> = { ask: Q; resolve: (answer: A) => void; reject: (reason: unknown) => void }

/**
 * Group commit for the hot path: everything that arrives while one batch is under way leaves as the next, at most
 * `limit` at a time. No timer: alone, an ask waits for nobody.
 */
export function groupCommit<Q, A>(step: BatchStep<Q, A>, limit = 256): (ask: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = []
  let isRunning = false
  const drain = async () => {
    isRunning = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limit)
      const settled = await commitBatch(
        step,
        batch.map(({ ask }) => ask),
      )
      batch.forEach(({ resolve, reject }, index) => {
        const one = settled[index]
        if (one?.status === 'fulfilled') resolve(one.value)
        else reject(one?.reason)
      })
    }
    isRunning = false
  }
  return (ask) =>
    new Promise<A>((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      if (!isRunning) void drain()
    })
}
