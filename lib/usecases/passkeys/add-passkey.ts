import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findPasskeyChallenge, isPasskey, listPasskeys } from '@/lib/data/passkeys'
import { insertPasskey, spendPasskeyChallenge, spendPasskeyProof } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import {
  MOST_PASSKEYS,
  PasskeyName,
  passkeyEvent,
  passkeyRefused,
  SentAssertion,
  SentAttestation,
} from '@/lib/domain/passkey'
import type { RefusalCode } from '@/lib/domain/refusals'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { placeOf, verifyRegistration } from '@/lib/identity/passkeys'
import { proveChange } from '../facts/passkey-change'
import { settings } from '../facts/settings'

export const AddPasskey = z.object({
  name: PasskeyName,
  attestation: SentAttestation,
  assertion: SentAssertion.optional(),
})
export type AddPasskey = z.infer<typeof AddPasskey>

/**
 * Registers the passkey that was begun, when it answers what was asked of this very person. Who has one already signs
 * for it with that one.
 */
export async function addPasskey(
  actor: Actor,
  act: Act,
  { name, attestation, assertion }: AddPasskey,
): Promise<Result<{ name: string }>> {
  const place = placeOf(settings().consoleUrl)
  if (!place) return refusal('passkeys_off')
  const { personId } = actor
  const [passkeys, asked, now] = await Promise.all([
    listPasskeys(personId),
    findPasskeyChallenge(personId),
    databaseNow(),
  ])
  const no = (code: RefusalCode) => commit<never>(act, refused(code, passkeyRefused(actor, code)))
  if (!isFresh(actor.signedInAt, now)) return no('not_fresh')
  if (passkeys.length >= MOST_PASSKEYS) return no('passkeys_full')
  if (!asked || asked.expires <= now) return no('passkey_late')
  const { challenge } = asked
  const proved = await proveChange(actor, { passkeys, assertion }, { act: 'add', personId, challenge })
  if ('code' in proved) return no(proved.code)
  const credential = await verifyRegistration(attestation, place, challenge)
  if (!credential) return no('passkey_not_made')
  if (await isPasskey(credential.credentialId)) return no('passkey_known')
  const passkey = { ...credential, personId, name, added: now, lastUsed: null }
  const about = { ...passkey, left: passkeys.length + 1 }
  return commit(act, done({ name }, passkeyEvent('passkey.added', actor, about)), async (tx) => {
    await spendPasskeyChallenge(tx, { personId, challenge }, now)
    await spendPasskeyProof(tx, proved.proof, now)
    await insertPasskey(tx, passkey)
  })
}
