import { z } from 'zod'
import { EVENTS, type EventOutcome, type EventType, OUTCOMES } from '@/lib/domain/events'

const isEvent = (type: string): type is EventType => type in EVENTS
const isOutcome = (outcome: string): outcome is EventOutcome => outcome in OUTCOMES

const Entry = z.looseObject({
  leaf: z.number().int(),
  type: z.string().refine(isEvent, 'An unknown event.'),
  outcome: z.string().refine(isOutcome, 'An unknown outcome.'),
  at: z.string(),
  by: z.looseObject({ via: z.string() }),
  data: z.record(z.string(), z.unknown()).default({}),
  seeded: z.boolean().default(false),
})
export type Entry = z.infer<typeof Entry>

/** A stored entry, parsed on its way out. */
export const parseEntry = (text: string): Entry => Entry.parse(JSON.parse(text))
