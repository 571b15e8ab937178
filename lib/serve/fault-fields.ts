import { type Plain, plain } from './plain'

/** What a log says of a fault. */
export type FaultFields = {
  fault: Plain
  code?: Plain
  says?: Plain
  at?: Plain
  because?: Plain
}

// Messages of these are written by programs. A parser, a driver or a validator quotes what it was given, which may be
// anything: of those the name and the code are said.
const TELLING = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'CommitUnknown',
  'AssertionError',
])

const FRAME = /^ {4}at .+:\d+:\d+\)?$/

const codeOf = (error: Error): string | null =>
  'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : null

const nameAndCode = (error: unknown): string =>
  error instanceof Error ? [error.name, codeOf(error)].filter(Boolean).join(' ') : typeof error

/** A fault by name, code and place; its words only where a program chose them. */
export function faultFields(error: unknown): FaultFields {
  if (!(error instanceof Error)) return { fault: plain(`thrown ${typeof error}`) }
  const code = codeOf(error)
  const at = error.stack?.split('\n').find((line) => FRAME.test(line))
  return {
    fault: plain(error.name),
    ...(code === null ? {} : { code: plain(code) }),
    ...(code === null && TELLING.has(error.name) ? { says: plain(error.message) } : {}),
    ...(at ? { at: plain(at.trim()) } : {}),
    ...(error.cause === undefined ? {} : { because: plain(nameAndCode(error.cause)) }),
  }
}
