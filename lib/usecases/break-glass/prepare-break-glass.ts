import { hasOpenBreakGlass } from '@/lib/data/break-glass'
import { commit } from '@/lib/data/commit'
import { newId, newNonce } from '@/lib/data/new-id'
import { listPasskeys } from '@/lib/data/passkeys'
import { insertSigningNonce } from '@/lib/data/write-approvals'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { breakGlassProblem, breakGlassRefused } from '@/lib/domain/break-glass'
import type { SubmitRequest } from '@/lib/domain/request'
import { done, type Refusal, type Result, refusal, refused } from '@/lib/domain/result'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { breakGlassText, TO_COME } from '../facts/break-glass'
import { gatherFiling } from '../facts/filing'
import { optionsToSign } from '../facts/passkey-proof'
import { SIGN_WITHIN_SECONDS } from '../facts/signing'

export type PreparedBreakGlass = { nonce: string; digest: string; passkey: SigningOptions }

/** What breaking glass for this would be, shown and kept for 5 minutes. It takes a passkey and no open review. */
export async function prepareBreakGlass(
  actor: Actor,
  act: Act,
  input: SubmitRequest,
): Promise<Result<PreparedBreakGlass>> {
  if (!may(actor, 'request.break_glass')) return refusal('not_allowed')
  const no = (problem: Refusal) =>
    commit<never>(act, refused(problem, breakGlassRefused(actor, problem.code)))
  if (await hasOpenBreakGlass(actor.personId)) return no({ code: 'break_glass_open' })
  const gathered = await gatherFiling(actor, input, {
    ...{ requestId: newId('RequestId'), version: 1, breakGlass: true },
  })
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const problem = breakGlassProblem(filing)
  if (problem) return no(problem)
  const nonce = newNonce()
  const text = breakGlassText(filing, nonce)
  const passkey = optionsToSign(await listPasskeys(actor.personId), text.digest)
  if (!passkey) return no({ code: 'passkey_required', says: NEEDS_PASSKEY })
  const expires = new Date(filing.now.getTime() + SIGN_WITHIN_SECONDS * 1000)
  const kept = { nonce, requestId: TO_COME, personId: actor.personId, ...text, expires, used: null }
  return commit(act, done({ nonce, digest: text.digest, passkey }), (tx) => insertSigningNonce(tx, kept))
}

const NEEDS_PASSKEY = 'Breaking glass takes a passkey, and you have none. Add one in Settings.'
