import type { Duplex } from 'node:stream'
import pg from 'pg'
import { underWay } from '@/lib/domain/under-way'
import { DatabaseAway } from './availability'
import { poolOptions } from './connection'
import { onlyReads, type Question, readsTogether } from './reads-together'

type Done = (error?: Error, client?: pg.PoolClient, release?: (broken?: boolean) => void) => void

/** `end()` would wait for what is under way, and an answer may never come. */
function breakOff(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  stream.destroy()
}

/**
 * A pool that can let go of everything at once. A database that is cut off leaves questions without an answer for
 * minutes: severed, they fail now, and whoever waited for a connection is told now.
 */
export class SeverablePool extends pg.Pool {
  readonly #clients = new Set<pg.Client>()
  readonly #waiting = underWay<(reason: Error) => void>()

  constructor(more: pg.PoolConfig & { pipeline?: boolean }) {
    super({ ...poolOptions(), ...more })
    // An idle connection that the server closed is replaced on next use.
    this.on('error', () => {})
    this.on('connect', (client) => {
      // Between two statements of a transaction nobody else listens, and an unheard error ends the process.
      client.on('error', () => {})
      if (client instanceof pg.Client) this.#clients.add(client)
    })
    this.on('remove', (client) => {
      if (client instanceof pg.Client) this.#clients.delete(client)
    })
  }

  // The library's overloads are two: with a callback, and without one.
  override connect = ((done?: Done) =>
    done
      ? this.#await(done)
      : new Promise<pg.PoolClient>((resolve, reject) =>
          this.#await((error, client) => (client ? resolve(client) : reject(error))),
        )) as pg.Pool['connect']

  readonly #read = readsTogether(() => this.connect())
  readonly #apart = super.query.bind(this) as (...args: unknown[]) => Promise<pg.QueryResult>

  // Its overloads are many. Whoever calls it with a text, or with a text and what belongs to it, gets a promise.
  override query = ((first: string | Question, values?: unknown[] | Done, done?: Done) => {
    const isPromised = typeof values !== 'function' && done === undefined
    const question = typeof first === 'string' ? { text: first, values: (values ?? []) as unknown[] } : first
    return isPromised && this.options.pipeline && onlyReads(question.text)
      ? this.#read(question)
      : this.#apart(first, values, done)
  }) as pg.Pool['query']

  #await(done: Done): void {
    let isOver = false
    const finish: Done = (error, client, release) => {
      // It comes after it was given up: back with it.
      if (isOver) return release?.(true)
      isOver = true
      this.#waiting.end(place)
      done(error, client, release)
    }
    const place = this.#waiting.begin(finish)
    super.connect(finish as Parameters<pg.Pool['connect']>[0])
  }

  /** Ends every connection, the busy ones too. This pool is of no use afterwards. */
  sever(): void {
    for (const giveUp of this.#waiting.all()) giveUp(new DatabaseAway())
    for (const client of this.#clients) breakOff(client)
    void this.end().catch(() => {})
  }
}
