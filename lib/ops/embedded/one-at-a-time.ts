import type { PGlite } from '@electric-sql/pglite'

type RawStream = PGlite['execProtocolRawStream']
const SYNC = new Uint8Array([0x53, 0, 0, 0, 4])
/** Parse, Bind, Describe, Execute, Close, Flush: a statement has begun and its Sync is still to come. */
const WITHIN_A_STATEMENT = new Set([...'PBDECH'].map((letter) => letter.charCodeAt(0)))

/**
 * The database as the socket server may see it.
 *
 * All clients share one backend and its one unnamed statement. The server keeps other clients out while a
 * transaction is open, but not between the messages of one statement: a parameter larger than one read
 * (64 KiB) let a neighbour's Parse in before the Bind, and the query ran as the neighbour's or failed. Here
 * a statement under way counts as a transaction until its Sync.
 *
 * A fault below SQL (a WebAssembly trap, a full disk) would leave the server's queue stopped for good: it is
 * handed to `onFault`, which ends the process.
 */
export function oneStatementAtATime(db: PGlite, onFault: (fault: unknown) => void): PGlite {
  let withinStatement = false
  const execProtocolRawStream: RawStream = async (message, options) => {
    withinStatement = message[0] !== undefined && WITHIN_A_STATEMENT.has(message[0])
    await db.execProtocolRawStream(message, options).catch((fault) => {
      onFault(fault)
      throw fault
    })
  }
  const overrides: Pick<PGlite, 'execProtocolRawStream' | 'isInTransaction' | 'exec'> = {
    execProtocolRawStream,
    isInTransaction: () => withinStatement || db.isInTransaction(),
    // The server calls this with ROLLBACK when a client has gone: first finish what it left half said.
    exec: async (sql, options) => {
      if (withinStatement) await db.runExclusive(() => execProtocolRawStream(SYNC, { onRawData: () => {} }))
      return db.exec(sql, options)
    },
  }
  return new Proxy(db, {
    get(target, key) {
      if (key in overrides) return Reflect.get(overrides, key)
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
