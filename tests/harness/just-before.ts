import pg from 'pg'
import { vi } from 'vitest'

const textOf = (asked: unknown) => (typeof asked === 'string' ? asked : (asked as { text?: string })?.text)

/** Has something happen just before the database is next asked something with these words: the moment between two steps of one act. */
export function justBefore(sql: string, happens: () => Promise<unknown>): void {
  const ask = pg.Client.prototype.query as (...all: unknown[]) => unknown
  const spied = vi.spyOn(pg.Client.prototype, 'query')
  spied.mockImplementation(function (this: pg.Client, ...all: unknown[]) {
    if (!textOf(all[0])?.includes(sql)) return ask.apply(this, all)
    spied.mockRestore()
    return happens().then(() => ask.apply(this, all))
  } as typeof pg.Client.prototype.query)
}
