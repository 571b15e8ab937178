import { entryNumber } from '@/components/ui/entry-number'
import type { Tone } from '@/lib/domain/status'
import { aboutEntry, type TrailRow, toneOfEntry } from '@/lib/domain/trail-record'
import { aboutPath, entryPath, type Place } from './paths'

/** What a line of the list says, in words and addresses: nothing else of an entry goes to a browser. */
export type LogRow = {
  leaf: number
  number: string
  href: string
  at: Date
  tone: Tone
  type: string
  about: string
  human: { name: string; href: string } | null
  agent: string | null
  decision: { id: string; href: string; others: number } | null
}

export function logRowOf(row: TrailRow, place: Place): LogRow {
  const { leaf, at, type, human, agent } = row
  const [first, ...others] = row.decisionIds
  return {
    leaf,
    number: entryNumber(leaf),
    href: entryPath(leaf, place),
    at,
    tone: toneOfEntry(row),
    type,
    about: aboutEntry(row),
    human: human && { name: human.name, href: aboutPath('human', human.id) },
    agent: agent?.slug ?? null,
    decision:
      first === undefined ? null : { id: first, href: entryPath(leaf, place, first), others: others.length },
  }
}
