import pg from 'pg'
import { vi } from 'vitest'

/** What a call asked of the database, as text. */
export async function textsOf(call: () => Promise<unknown>): Promise<string[]> {
  const spied = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await call()
    return spied.mock.calls.map(([query]) => {
      const asked: unknown = query
      return typeof asked === 'string' ? asked : String((asked as { text?: string }).text)
    })
  } finally {
    spied.mockRestore()
  }
}
