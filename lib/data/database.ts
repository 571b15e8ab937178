import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '@/generated/prisma/client'

// One of each per process, opened on first use: `next build` must not need a database.
const kept = globalThis as typeof globalThis & {
  countersignDatabase?: PrismaClient
  countersignPool?: pg.Pool
  countersignPeoplePool?: pg.Pool
}

// Read when first used: a process is told its database before anything asks for it.
const connectionString = (): string => {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set. `npm start` sets it for the embedded database.')
  return url
}

export const isEmbedded = () => process.env.COUNTERSIGN_EMBEDDED === '1'

// How long somebody waits for a connection. The embedded database does one thing at a time: a crowd waits its turn
// there instead of being sent away.
const patience = () => (isEmbedded() ? 20_000 : 5000)

const limits = () => ({
  max: isEmbedded() ? 8 : 16,
  connectionTimeoutMillis: patience(),
  idleTimeoutMillis: 30_000,
})

/** Prisma, for what people do. */
export function database(): PrismaClient {
  kept.countersignPeoplePool ??= new pg.Pool({ connectionString: connectionString(), ...limits() })
  kept.countersignDatabase ??= new PrismaClient({
    adapter: new PrismaPg(kept.countersignPeoplePool, { disposeExternalPool: true }),
    transactionOptions: { maxWait: patience(), timeout: 10_000 },
  })
  return kept.countersignDatabase
}

/** Plain `pg`, for the hot path and for SQL that Prisma has no words for. */
export function pool(): pg.Pool {
  if (!kept.countersignPool) {
    // Statements of a transaction that do not wait for each other leave together. PGlite's socket takes one at a time.
    const ours = { connectionString: connectionString(), ...limits(), pipeline: !isEmbedded() }
    kept.countersignPool = new pg.Pool(ours)
    // An idle connection that the server closed is replaced on next use.
    kept.countersignPool.on('error', () => {})
  }
  return kept.countersignPool
}

/** How many connections this process has open, how many of them rest, and how many callers wait for one. */
export function connectionFigures() {
  const pools = [kept.countersignPool, kept.countersignPeoplePool].filter((one) => one !== undefined)
  const sum = (of: (one: pg.Pool) => number) => pools.reduce((total, one) => total + of(one), 0)
  return {
    open: sum(({ totalCount }) => totalCount),
    idle: sum(({ idleCount }) => idleCount),
    waiting: sum(({ waitingCount }) => waitingCount),
  }
}

/** Closes what was opened, so that a process can end and a test can move to another database. */
export async function closeDatabase(): Promise<void> {
  const { countersignDatabase, countersignPool } = kept
  delete kept.countersignDatabase
  delete kept.countersignPool
  delete kept.countersignPeoplePool
  await Promise.all([countersignDatabase?.$disconnect(), countersignPool?.end()])
}
