import type pg from 'pg'
import { isEmbedded } from './connection'

const names = new Map<string, string>()

/**
 * A statement of the hot path. A served database plans it once per connection; the embedded one has a single backend
 * for all its clients, where a name would be everybody's. Only for texts written in the code, of which there are few.
 */
export function prepared(text: string, values: unknown[]): pg.QueryConfig {
  if (isEmbedded()) return { text, values }
  const name = names.get(text) ?? `countersign_${names.size + 1}`
  names.set(text, name)
  return { name, text, values }
}
