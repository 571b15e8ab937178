import type { TrailEvent } from './events'
import type { RefusalCode } from './refusals'

/** A refusal says whose rule it was when a policy or a field is behind it. */
export type Refusal = { code: RefusalCode; says?: string; fields?: Readonly<Record<string, string>> }

export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

/** What a pure decision returns: what to answer and what to remember. */
export type Outcome<T> = { result: Result<T>; events: readonly TrailEvent[] }

export const done = <T>(value: T, ...events: readonly TrailEvent[]): Outcome<T> => ({
  result: { ok: true, value },
  events,
})

/** A refused attempt leaves a trace when there is somebody to leave it for. */
export const refused = <T>(refusal: Refusal | RefusalCode, ...events: readonly TrailEvent[]): Outcome<T> => ({
  result: { ok: false, refusal: typeof refusal === 'string' ? { code: refusal } : refusal },
  events,
})

export const refusal = <T>(code: RefusalCode, extra: Omit<Refusal, 'code'> = {}): Result<T> => ({
  ok: false,
  refusal: { code, ...extra },
})
