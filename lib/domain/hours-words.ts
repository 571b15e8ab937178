import type { WorkingHours } from './working-hours'

export const DAYS: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** "08:00" */
export const clockHour = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** "Mon, Tue, Fri, 08:00 to 18:00, Europe/Zurich" */
export function hoursInWords({ timeZone, days, fromHour, untilHour }: WorkingHours): string {
  const named = DAYS.filter((_, at) => days.includes(at + 1))
  return `${named.join(', ') || 'no day'}, ${clockHour(fromHour)} to ${clockHour(untilHour)}, ${timeZone}`
}
