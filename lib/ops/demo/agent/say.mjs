/** The story cannot go on. The message is all there is to say. */
export class Ended extends Error {}

/** A server said no, in its own words. */
export class Refused extends Error {
  constructor({ by, status, error, reason, words, policies }) {
    super(words ?? error ?? `status ${status}`)
    Object.assign(this, { by, status, error, reason, words, policies })
  }
}

let step = 0

/** Prints one numbered step. */
export function say(title, text) {
  step += 1
  console.log(`${String(step).padStart(2)}  ${title.padEnd(11)} ${text}`)
}

/** Prints a line that belongs to the step above it. */
export function also(text) {
  console.log(`${' '.repeat(16)}${text}`)
}

/** What a refusal looks like: who, which code, which reason, and the server's own sentence. */
export function refusal(error) {
  const codes = [error.status, error.error, error.reason].filter(Boolean).join(' ')
  const policies = error.policies?.length ? ` Policy: ${error.policies.map(plain).join(', ')}.` : ''
  return `refused by ${error.by} (${plain(codes)}). ${error.words ? `"${plain(error.words)}"` : ''}${policies}`.trim()
}

/** Words from elsewhere reach the terminal without control, bidirectional or invisible characters. */
export function plain(text) {
  return String(text)
    .slice(0, 600)
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (c) => `<U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
    )
}

export function clock(value) {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(value)
  if (Number.isNaN(date.getTime())) return 'an unknown time'
  const [day, time] = date.toISOString().split('T')
  const soon = Math.abs(date.getTime() - Date.now()) < 20 * 3_600_000
  return `${soon ? '' : `${day} `}${time.slice(0, 8)} UTC`
}
