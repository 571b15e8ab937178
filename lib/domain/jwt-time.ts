/**
 * How far another clock may differ. 30 s must be tolerated and 61 s refused: the middle keeps both sides
 * of that line clear of rounding and of the way here.
 */
export const SKEW_SECONDS = 45

export const epochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)
export const fromEpochSeconds = (seconds: number): Date => new Date(seconds * 1000)

type Times = { exp: number; nbf?: number | undefined; iat?: number | undefined }

export type TimeProblem = 'expired' | 'not_yet' | 'too_long'

/** Judges `exp`, `nbf` and `iat` (RFC 7519 §4.1.4 to §4.1.6); `exp` may lie at most `maxSeconds` ahead. */
export function timeProblem(times: Times, now: Date, maxSeconds: number): TimeProblem | null {
  const seconds = epochSeconds(now)
  if (seconds - times.exp > SKEW_SECONDS) return 'expired'
  if (Math.max(times.nbf ?? 0, times.iat ?? 0) - seconds > SKEW_SECONDS) return 'not_yet'
  return times.exp - seconds > maxSeconds + SKEW_SECONDS ? 'too_long' : null
}
