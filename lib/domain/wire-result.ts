import type { z } from 'zod'
import { type ProofRefusal, refuseProof } from './wire-reasons'

/** A refusal as an agent or a resource server gets it, with the policies behind it when policy refused. */
export type WireNo = ProofRefusal & {
  policies?: readonly string[]
  retryAfterSeconds?: number
}

/** What the authority answers: a value or a refusal, never an exception for what somebody sent. */
export type WireResult<T> = { ok: true; value: T } | WireNo

export const granted = <T>(value: T): WireResult<T> => ({ ok: true, value })

/** A grant that is another agent's and one that does not exist are told apart by nobody. */
export const grantUnknown = (): WireNo => ({ ...refuseProof('grant_unknown'), status: 404 })

/** A JSON body that cannot be read: the member at fault, or what the body takes. */
export function bodyMalformed({ issues: [issue] }: z.ZodError, takes: string): WireNo {
  const member = issue?.path.map(String).join('.')
  const problem = member ? `The member ${member} is missing or cannot be used.` : `The body takes ${takes}.`
  return refuseProof('request_malformed', problem)
}
