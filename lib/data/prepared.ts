import { createHash } from 'node:crypto'
import type pg from 'pg'
import { isEmbedded } from './connection'

const names = new Map<string, string>()

// Made from the text: a connection that several processes share, as behind a pooler, knows one text by one name.
const nameOf = (text: string) => `countersign_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`

/**
 * A statement of the hot path. A served database plans it once per connection; the embedded one has a single backend
 * for all its clients, where a name would be everybody's. Only for texts written in the code, of which there are few.
 */
export function prepared(text: string, values: unknown[]): pg.QueryConfig {
  if (isEmbedded()) return { text, values }
  const name = names.get(text) ?? nameOf(text)
  names.set(text, name)
  return { name, text, values }
}
