const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number) => String(value).padStart(2, '0')

/** "14:02:13" in UTC. */
export const clockOf = (at: Date) => at.toISOString().slice(11, 19)

/** "23 Nov 2026" in UTC. */
export const dayOf = (at: Date) => `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`

/** "23 Nov 2026, 14:02:13 UTC". */
export const momentOf = (at: Date) => `${dayOf(at)}, ${clockOf(at)} UTC`

const UNITS = [
  { seconds: 86_400, word: 'day' },
  { seconds: 3_600, word: 'hour' },
  { seconds: 60, word: 'minute' },
  { seconds: 1, word: 'second' },
] as const

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`

/** "8 minutes", "1 hour", "45 seconds": the largest whole unit. */
export function roughly(seconds: number) {
  const whole = Math.max(0, Math.round(seconds))
  const unit = UNITS.find((unit) => whole >= unit.seconds) ?? UNITS[3]
  return counted(Math.floor(whole / unit.seconds), unit.word)
}

/** "45 minutes", "1 hour 30 minutes": nothing is rounded away. */
export function lastsOf(seconds: number) {
  let left = Math.max(0, Math.round(seconds))
  const words: string[] = []
  for (const { seconds: size, word } of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) words.push(counted(count, word))
  }
  return words.join(' ') || '0 seconds'
}

/** "8 minutes ago", "in 3 hours", "just now"; after 30 days the day itself. */
export function relativeTo(at: Date, now: Date) {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  if (Math.abs(seconds) < 1) return 'just now'
  if (Math.abs(seconds) > 30 * 86_400) return dayOf(at)
  return seconds < 0 ? `${roughly(-seconds)} ago` : `in ${roughly(seconds)}`
}

/** "00:41:17"; hours go on counting past a day. */
export function countdownOf(milliseconds: number) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** "PT41M17S", for the datetime attribute of a duration. */
export function isoDurationOf(milliseconds: number) {
  return `PT${Math.max(0, Math.ceil(milliseconds / 1000))}S`
}
