import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findPasskeyChallenge, listPasskeys } from '@/lib/data/passkeys'
import { deletePasskey, spendPasskeyChallenge, spendPasskeyProof } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { passkeyEvent, passkeyRefused, SentAssertion } from '@/lib/domain/passkey'
import type { RefusalCode } from '@/lib/domain/refusals'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { proveChange } from '../facts/passkey-change'

export const RemovePasskey = z.object({
  credentialId: z.string().max(2_048),
  assertion: SentAssertion.optional(),
})
export type RemovePasskey = z.infer<typeof RemovePasskey>

/**
 * Removes one's own passkey, after a fresh sign-in, when one of them has signed for it: the one that goes or another.
 * What it has signed stays signed. Who has lost the only one is helped by administrators.
 */
export async function removePasskey(
  actor: Actor,
  act: Act,
  { credentialId, assertion }: RemovePasskey,
): Promise<Result<{ left: number }>> {
  const { personId } = actor
  const [passkeys, asked, now] = await Promise.all([
    listPasskeys(personId),
    findPasskeyChallenge(personId),
    databaseNow(),
  ])
  const passkey = passkeys.find((one) => one.credentialId === credentialId)
  if (!passkey) return refusal('not_found')
  const no = (code: RefusalCode) => commit<never>(act, refused(code, passkeyRefused(actor, code)))
  if (!isFresh(actor.signedInAt, now)) return no('not_fresh')
  if (!asked || asked.expires <= now) return no('passkey_late')
  const { challenge } = asked
  const change = { act: 'remove', personId, challenge, credentialId } as const
  const proved = await proveChange(actor, { passkeys, assertion }, change)
  if ('code' in proved) return no(proved.code)
  const left = passkeys.length - 1
  const event = passkeyEvent('passkey.removed', actor, { credentialId, name: passkey.name, left })
  return commit(act, done({ left }, event), async (tx) => {
    await spendPasskeyChallenge(tx, { personId, challenge }, now)
    await spendPasskeyProof(tx, proved.proof, now)
    await deletePasskey(tx, passkey)
  })
}
