import { createHash } from 'node:crypto'
import type pg from 'pg'
import { BoundedMap } from '@/lib/domain/bounded-map'
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

const FREQUENT = 8
// Each connection keeps a plan of each, so their number has an end.
const MOST_NAMED = 160
const MOST_COUNTED = 1000
const frequent = new Map<string, string>()
const asked = new BoundedMap<string, number>(MOST_COUNTED)

/**
 * The name of a statement that is asked again and again, whose text may be made from what is looked for: one of a long
 * list of ids has a text of its own for every length of the list, and most of them are never asked twice.
 */
export function frequentName(text: string): string | undefined {
  const name = frequent.get(text)
  if (name || frequent.size >= MOST_NAMED) return name
  const times = (asked.get(text) ?? 0) + 1
  if (times < FREQUENT) {
    asked.set(text, times)
    return undefined
  }
  asked.delete(text)
  frequent.set(text, nameOf(text))
  return frequent.get(text)
}
