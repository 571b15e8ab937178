import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { PrismaClient } from '@/generated/prisma/client'
import { onAway, requireAnswering } from './availability'
import { isEmbedded, patience } from './connection'
import { LendingPool } from './lending-pool'
import { SeverablePool } from './severable-pool'

// One of each per process, opened on first use: `next build` must not need a database.
const kept = globalThis as typeof globalThis & {
  countersignDatabase?: { client: PrismaClient; pool: LendingPool }
  countersignPool?: SeverablePool
}

function peoples() {
  requireAnswering()
  if (!kept.countersignDatabase) {
    onAway(severDatabase)
    const pool = new LendingPool({ pipeline: !isEmbedded() })
    const transactionOptions = { maxWait: patience(), timeout: 10_000 }
    kept.countersignDatabase = {
      client: new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions }),
      pool,
    }
  }
  return kept.countersignDatabase
}

/** Prisma, for what people do. */
export const database = (): PrismaClient => peoples().client

/** The connections under Prisma, for the transactions of people's acts. Whoever reads in one takes none of them. */
export const peoplesPool = (): LendingPool => peoples().pool

/** Plain `pg`, for the hot path and for SQL that Prisma has no words for. */
export function pool(): pg.Pool {
  requireAnswering()
  if (!kept.countersignPool) {
    onAway(severDatabase)
    // Statements of a transaction that do not wait for each other leave together. PGlite's socket takes one at a time.
    kept.countersignPool = new SeverablePool({ pipeline: !isEmbedded() })
  }
  return kept.countersignPool
}

/** How many connections this process has open, how many of them rest, and how many callers wait for one. */
export function connectionFigures() {
  const pools = [kept.countersignPool, kept.countersignDatabase?.pool].filter((one) => one !== undefined)
  const sum = (of: (one: pg.Pool) => number) => pools.reduce((total, one) => total + of(one), 0)
  return {
    open: sum(({ totalCount }) => totalCount),
    idle: sum(({ idleCount }) => idleCount),
    waiting: sum(({ waitingCount }) => waitingCount),
  }
}

function take() {
  const { countersignDatabase, countersignPool } = kept
  delete kept.countersignDatabase
  delete kept.countersignPool
  return { prisma: countersignDatabase, plain: countersignPool }
}

/** Fails everything that is under way, and begins anew with the next question. */
function severDatabase(): void {
  const { prisma, plain } = take()
  plain?.sever()
  prisma?.pool.sever()
  void prisma?.client.$disconnect().catch(() => {})
}

/** Closes what was opened, so that a process can end and a test can move to another database. */
export async function closeDatabase(): Promise<void> {
  const { prisma, plain } = take()
  await prisma?.client.$disconnect()
  await Promise.all([prisma?.pool.end(), plain?.end()])
}
