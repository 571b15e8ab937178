import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { SeverablePool } from './severable-pool'

type Lent = { client: pg.PoolClient | null }

const BEGINS_OR_ENDS = /^(begin|commit|rollback)$/i
const NOTHING = { rows: [], fields: [], rowCount: 0 }

// Whoever opened the transaction ends it, and gives the connection back.
const borrowed = (client: pg.PoolClient) => ({
  query: (query: pg.QueryConfig) =>
    BEGINS_OR_ENDS.test(query.text) ? Promise.resolve(NOTHING) : client.query(query),
  on: () => {},
  removeListener: () => {},
  release: () => {},
})

/**
 * The pool under Prisma. What Prisma does in a transaction of its own can become part of one that is open already: it
 * is lent that connection, and its own `begin` and `commit` go nowhere.
 */
export class LendingPool extends SeverablePool {
  readonly #lent = new AsyncLocalStorage<Lent>()
  #lending = 0

  constructor(more: pg.PoolConfig & { pipeline?: boolean }) {
    super(more)
    const own = this.connect as (...args: unknown[]) => unknown
    this.connect = ((...args: unknown[]) => {
      const lent = this.#lent.getStore()
      const client = lent?.client
      if (!lent || !client) return own(...args)
      lent.client = null
      return Promise.resolve(borrowed(client))
    }) as pg.Pool['connect']
  }

  /** Runs `open` so that the next connection it asks for is this one. Says whether it has asked for it. */
  async lend<T>(client: pg.PoolClient, open: (isTaken: () => boolean) => Promise<T>): Promise<T> {
    const lent: Lent = { client }
    this.#lending += 1
    try {
      return await this.#lent.run(lent, () => open(() => lent.client === null))
    } finally {
      this.#lending -= 1
      // Once on, it costs every promise of the process something: the authority's hot path knows no lending.
      if (this.#lending === 0) this.#lent.disable()
    }
  }
}
