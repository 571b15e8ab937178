import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newSecret } from '@/lib/data/new-id'
import { listPasskeys } from '@/lib/data/passkeys'
import { replacePasskeyChallenge } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { REGISTER_WITHIN_SECONDS } from '@/lib/domain/passkey'
import { done, type Result, refusal } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { optionsToChange } from '../facts/passkey-change'

export const BeginRemoval = z.object({ credentialId: z.string().max(2_048) })
export type BeginRemoval = z.infer<typeof BeginRemoval>

/** What one of a person's passkeys signs before one of them is removed. Kept here for 5 minutes and for one answer. */
export async function beginRemoval(
  actor: Actor,
  act: Act,
  { credentialId }: BeginRemoval,
): Promise<Result<{ sign: SigningOptions | null }>> {
  const { personId } = actor
  const [passkeys, now] = await Promise.all([listPasskeys(personId), databaseNow()])
  if (!passkeys.some((one) => one.credentialId === credentialId)) return refusal('not_found')
  if (!isFresh(actor.signedInAt, now)) return refusal('not_fresh')
  const challenge = newSecret()
  const sign = optionsToChange(passkeys, { act: 'remove', personId, challenge, credentialId })
  const expires = new Date(now.getTime() + REGISTER_WITHIN_SECONDS * 1000)
  return commit(act, done({ sign }), (tx) => replacePasskeyChallenge(tx, { personId, challenge, expires }))
}
