import { z } from 'zod'
import { DAYS } from './hours-words'

/** When a tenant works: its time zone, its days (1 is Monday, 7 is Sunday), from one hour to another. */
export const WorkingHours = z.object({
  timeZone: z.string().refine((name) => timeZoneNamed(name) !== null, 'Use a time zone like Europe/Zurich.'),
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

/** The time zone of this name as it is properly written, or null when there is none. */
export function timeZoneNamed(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

// Making one costs more than asking policy.
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

type Clock = { weekday: string; hour: string; minute: string }
const MINUTE_MS = 60_000
const clocks = new Map<string, { minute: number; clock: Clock }>()

// No clock on a wall shows anything else within one minute, and many are asked for in it.
function clockAt(timeZone: string, at: Date): Clock {
  const minute = Math.floor(at.getTime() / MINUTE_MS)
  const known = clocks.get(timeZone)
  if (known?.minute === minute) return known.clock
  const clock = readClock(timeZone, at)
  clocks.set(timeZone, { minute, clock })
  return clock
}

function readClock(timeZone: string, at: Date): Clock {
  const parts = formatOf(timeZone).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  return { weekday: of('weekday'), hour: of('hour'), minute: of('minute') }
}

/** "Mon 09:30": the clock on the wall where people of the tenant are. */
export function wallClock({ timeZone }: Pick<WorkingHours, 'timeZone'>, at: Date): string {
  const { weekday, hour, minute } = clockAt(timeZone, at)
  return `${weekday} ${hour}:${minute}`
}

/** Whether people of the tenant are at work at this moment, where they are. */
export function isWorkingHour({ timeZone, days, fromHour, untilHour }: WorkingHours, at: Date): boolean {
  const clock = clockAt(timeZone, at)
  const day = DAYS.indexOf(clock.weekday) + 1
  const hour = Number(clock.hour)
  return days.includes(day) && fromHour <= hour && hour < untilHour
}
