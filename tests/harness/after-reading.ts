import pg from 'pg'
import { vi } from 'vitest'

/** Has something happen once this was read, before whoever read it goes on. */
export function afterReading(beginning: string, happens: () => Promise<unknown>) {
  const ask = pg.Client.prototype.query as (...all: unknown[]) => unknown
  const spied = vi.spyOn(pg.Client.prototype, 'query')
  spied.mockImplementation(function (this: pg.Client, ...all: unknown[]) {
    const { text } = Object(all[0])
    if (typeof text !== 'string' || !text.startsWith(beginning)) return ask.apply(this, all)
    spied.mockRestore()
    const done = all.at(-1)
    if (typeof done !== 'function')
      return Promise.resolve(ask.apply(this, all)).then((answer) => happens().then(() => answer))
    const later = (...answer: unknown[]) => void happens().then(() => done(...answer))
    return ask.apply(this, [...all.slice(0, -1), later])
  } as typeof pg.Client.prototype.query)
}
