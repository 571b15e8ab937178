import type { Actor } from '@/lib/domain/access'
import type { PersonId } from '@/lib/domain/ids'
import type { Assertion, Passkey } from '@/lib/domain/passkey'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { sha256 } from '@/lib/trail/hash'
import { optionsToSign, type Proved, proveSigner } from './passkey-proof'

/** One change of one person's passkeys: what was asked for it is asked once, and for nothing else. */
export type PasskeyChange = { personId: PersonId; challenge: string } & (
  | { act: 'add' }
  | { act: 'remove'; credentialId: string }
)

const digestOf = ({ act, personId, challenge, ...which }: PasskeyChange): string => {
  const of = 'credentialId' in which ? which.credentialId : null
  return sha256(JSON.stringify(['countersign passkeys', act, personId, challenge, of])).toString('hex')
}

/** What one of the passkeys that are there signs before they change, or null where there is none. */
export const optionsToChange = (passkeys: readonly Passkey[], change: PasskeyChange): SigningOptions | null =>
  optionsToSign(passkeys, digestOf(change))

/**
 * Whether somebody may change their passkeys: by one of them, or by their fresh sign-in while they have none. A stolen
 * sign-in could otherwise add a passkey or remove all, and then sign.
 */
export const proveChange = (
  actor: Actor,
  { passkeys, assertion }: { passkeys: readonly Passkey[]; assertion: Assertion | undefined },
  change: PasskeyChange,
): Promise<Proved> => proveSigner({ actor, stage: { passkey: false }, passkeys }, digestOf(change), assertion)
