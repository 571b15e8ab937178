const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{3}))?)?Z?)?$/

/** A day or a moment in UTC, or null: `2026-11-23`, `2026-11-23T13:00`, with seconds and `Z` if wanted. */
export function parseTime(text: string): Date | null {
  const [, day, minute = '00:00', second = '00', thousandth = '000'] = TIME.exec(text.trim()) ?? []
  if (day === undefined) return null
  const written = `${day}T${minute}:${second}.${thousandth}Z`
  const time = new Date(written)
  // 31 February is read as 3 March: what does not come back as it was written is no time.
  return Number.isNaN(time.getTime()) || time.toISOString() !== written ? null : time
}

/** The shortest spelling that `parseTime` reads back. */
export function timeText(time: Date): string {
  const text = time.toISOString()
  if (text.endsWith('T00:00:00.000Z')) return text.slice(0, 10)
  if (text.endsWith(':00.000Z')) return text.slice(0, 16)
  return text.endsWith('.000Z') ? text.slice(0, 19) : text
}

/** The value of a browser's datetime field. */
export const localTimeText = (time: Date): string => time.toISOString().slice(0, 16)

export type Step = { seconds: number; words: string }

const WIDEST: Step = { seconds: 364 * 86_400, words: 'by 52 weeks' }

const STEPS: readonly Step[] = [
  { seconds: 60, words: 'by the minute' },
  { seconds: 300, words: 'by 5 minutes' },
  { seconds: 900, words: 'by 15 minutes' },
  { seconds: 3600, words: 'by the hour' },
  { seconds: 6 * 3600, words: 'by 6 hours' },
  { seconds: 86_400, words: 'by the day' },
  { seconds: 7 * 86_400, words: 'by the week' },
  { seconds: 28 * 86_400, words: 'by 4 weeks' },
]

export const MOST_BARS = 60

/** How wide a bar is, so that a span has at most 60 of them. */
export function stepOf(first: Date, last: Date): Step {
  const span = (last.getTime() - first.getTime()) / 1000
  return STEPS.find(({ seconds }) => span / seconds < MOST_BARS - 1) ?? WIDEST
}
