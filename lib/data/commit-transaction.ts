import type pg from 'pg'
import type { Prisma } from '@/generated/prisma/client'
import type { RunSql } from './append-events'
import { database, peoplesPool } from './database'
import { statementsOn } from './statements'

/**
 * The open transaction of one act. Only `commit` makes one. `run` sends SQL straight to its connection, without waiting
 * for earlier answers where the database allows it; the rest are Prisma's words, for what is done less often.
 */
export type Tx = Prisma.TransactionClient & { readonly run: RunSql }

type Joined = { join: () => Promise<Prisma.TransactionClient>; leave: () => Promise<void> }

/** Prisma in a transaction that is open already, from its first use on: most of what an act costs is Prisma's. */
function prismaOn(client: pg.PoolClient, begun: Promise<unknown>): Joined {
  let joined: Promise<Prisma.TransactionClient> | null = null
  let over = Promise.resolve()
  let end = () => {}
  const open = () => {
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    return new Promise<Prisma.TransactionClient>((resolve, reject) => {
      over = peoplesPool()
        .lend(client, (isTaken) =>
          database().$transaction(async (tx) => {
            if (!isTaken()) throw new Error('Prisma opened a transaction of its own.')
            resolve(tx)
            await ended
          }),
        )
        .catch(reject)
    })
  }
  const join = () => {
    joined ??= begun.then(open)
    return joined
  }
  const leave = async () => {
    end()
    await over
  }
  return { join, leave }
}

type Called = (...args: unknown[]) => unknown
type Words = Record<string, Called & Record<string, Called>>

/** Prisma's words, `tx.request.update(…)` and `tx.$queryRaw`, each of which joins first. */
function wordsOf(join: Joined['join'], run: RunSql): Tx {
  const call = (path: readonly string[], args: unknown[]) =>
    join().then((tx) => {
      const [first = '', second] = path
      const words = tx as unknown as Words
      // Called on what they belong to: Prisma looks there for itself.
      return second === undefined ? words[first]?.(...args) : words[first]?.[second]?.(...args)
    })
  const word = (...path: string[]): unknown =>
    new Proxy(() => {}, {
      get: (_, name) => word(...path, String(name)),
      apply: (_, __, args) => call(path, args),
    })
  // It is no promise: whoever is handed it may wait for it without a word being said.
  const get = (_: object, name: string | symbol) =>
    name === 'run' ? run : name === 'then' ? undefined : word(String(name))
  return new Proxy({}, { get }) as Tx
}

/** Begins, works and commits. A throw takes everything back. */
export async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await peoplesPool().connect()
  const { run, commit, rollback, end } = statementsOn(client)
  const begun = run('begin')
  const { join, leave } = prismaOn(client, begun)
  let isSettled = false
  const settled = () => {
    isSettled = true
  }
  try {
    const [done] = await Promise.all([work(wordsOf(join, run)), begun])
    await leave()
    if (!(await commit(Promise.resolve())))
      throw new Error('The database took a transaction back and did not say why.')
    settled()
    return done
  } catch (error) {
    await leave()
    if (!isSettled) await rollback().then(settled, () => {})
    throw error
  } finally {
    end()
    client.release(!isSettled)
  }
}
