import type pg from 'pg'
import { poolSizeOf } from '@/lib/domain/process-settings'

// Read when first used: a process is told its database before anything asks for it.
const connectionString = (): string => {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set. `npm start` sets it for the embedded database.')
  return url
}

export const isEmbedded = () => process.env.COUNTERSIGN_EMBEDDED === '1'

// How long somebody waits for a connection. The embedded database does one thing at a time: a crowd waits its turn
// there instead of being sent away.
export const patience = () => (isEmbedded() ? 20_000 : 5000)

/**
 * What the server ends by itself. A transaction whose process is cut off holds the head of the trail, and with it
 * every other writer: it is over after `idle_in_transaction_session_timeout`.
 */
const SERVED = {
  statement_timeout: 15_000,
  lock_timeout: 8000,
  idle_in_transaction_session_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
  // Every statement here ends in milliseconds: compiling one costs more than any of them.
  options: '-c jit=off',
} as const

/** How every process connects. The embedded database has one session for all, which takes no settings. */
export const connectionOptions = (): pg.ClientConfig => ({
  connectionString: connectionString(),
  ...(isEmbedded() ? {} : SERVED),
})

export const poolOptions = (): pg.PoolConfig => ({
  ...connectionOptions(),
  max: isEmbedded() ? 8 : poolSizeOf(process.env),
  connectionTimeoutMillis: patience(),
  idleTimeoutMillis: 30_000,
})
