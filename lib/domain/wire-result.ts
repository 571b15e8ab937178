import type { ProofRefusal } from './wire-reasons'

/** A refusal as an agent or a resource server gets it, with the policies behind it when policy refused. */
export type WireNo = ProofRefusal & { policies?: readonly string[]; retryAfterSeconds?: number }

/** What the authority answers: a value or a refusal, never an exception for what somebody sent. */
export type WireResult<T> = { ok: true; value: T } | WireNo

export const granted = <T>(value: T): WireResult<T> => ({ ok: true, value })
