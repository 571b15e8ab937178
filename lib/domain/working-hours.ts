import { z } from 'zod'

/** When a tenant works: its time zone, its days (1 is Monday, 7 is Sunday), from one hour to another. */
export const WorkingHours = z.object({
  timeZone: z.string().refine(isTimeZone, 'Use a time zone like Europe/Zurich.'),
  days: z.array(z.number().int().min(1).max(7)),
  fromHour: z.number().int().min(0).max(23),
  /** The first hour that is no working hour any more. */
  untilHour: z.number().int().min(1).max(24),
})
export type WorkingHours = z.infer<typeof WorkingHours>

export const USUAL_HOURS: WorkingHours = {
  timeZone: 'UTC',
  days: [1, 2, 3, 4, 5],
  fromHour: 8,
  untilHour: 18,
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const formats = new Map<string, Intl.DateTimeFormat>()

// Making one costs more than asking policy.
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

/** Whether people of the tenant are at work at this moment, where they are. */
export function isWorkingHour({ timeZone, days, fromHour, untilHour }: WorkingHours, at: Date): boolean {
  const parts = formatOf(timeZone).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  const day = DAYS.indexOf(of('weekday')) + 1
  const hour = Number(of('hour'))
  return days.includes(day) && fromHour <= hour && hour < untilHour
}
