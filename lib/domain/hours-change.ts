import { z } from 'zod'
import { hoursInWords } from './hours-words'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'
import { timeZoneNamed, type WorkingHours } from './working-hours'

const WholeHour = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number),
  ],
  'Choose a full hour.',
)
const Day = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^[1-7]$/)
      .transform(Number),
  ])
  .pipe(z.int().min(1).max(7))

const TimeZone = z
  .string('Name a time zone.')
  .trim()
  .max(64, 'No time zone has so long a name.')
  .transform((name, context) => {
    const known = timeZoneNamed(name)
    if (known) return known
    context.addIssue('Use a time zone like Europe/Zurich.')
    return z.NEVER
  })

/** The change of the rules that other working hours are: policies may ask whether people are at work. */
export const HoursChange = z
  .object({
    kind: z.literal('hours.set'),
    timeZone: TimeZone,
    days: z
      .array(Day, 'Choose at least one day.')
      .min(1, 'Choose at least one day.')
      .max(7)
      .transform((days) => [...new Set(days)].sort()),
    fromHour: WholeHour.pipe(z.int().min(0).max(23, 'Start at 23:00 at the latest.')),
    untilHour: WholeHour.pipe(z.int().min(1).max(24, 'End at 24:00 at the latest.')),
  })
  .refine(({ fromHour, untilHour }) => fromHour < untilHour, {
    error: 'End after the start, on the same day.',
    path: ['untilHour'],
  })
export type HoursChange = z.infer<typeof HoursChange>

/** A tenant's working hours, with the version that was read. */
export type HoursState = { hours: WorkingHours; rev: number }

/** What other working hours do to those there are now. */
export function setHoursEffect(change: HoursChange, state: HoursState | null): Result<Effect> {
  if (!state) return refusal('not_found')
  const [before, after] = [hoursInWords(state.hours), hoursInWords(change)]
  if (before === after) return refusal('nothing_to_change')
  return { ok: true, value: { of: 'Working hours', before, after, falls: [], rev: state.rev } }
}
