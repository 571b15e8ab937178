import { seal, unseal, unsealWithAny } from '@/lib/credentials/seal'
import { type SubkeyPurpose, subkey, subkeys } from '@/lib/credentials/subkey'
import type { SealedKind, SealedRow } from '@/lib/data/sealed-rows'
import type { Secrets } from '@/lib/domain/secrets'
import { settings } from './settings'

/** Which subkey seals a thing, and what it is bound to: moved to another row it does not open. */
const SEALS = {
  'signing key': { purpose: 'seal-signing-keys', contextOf: (kid) => kid },
  'second factor': { purpose: 'seal-second-factors', contextOf: (personId) => `second-factor ${personId}` },
  webhook: { purpose: 'seal-webhooks', contextOf: (id) => `webhook ${id}` },
} as const satisfies Record<SealedKind, { purpose: SubkeyPurpose; contextOf: (id: string) => string }>

type Of = Pick<SealedRow, 'kind' | 'id'>

/** For the database: sealed, and bound to the row it is of. */
export function sealFor({ kind, id }: Of, plain: Uint8Array, secret: Secrets = settings().secret): string {
  const { purpose, contextOf } = SEALS[kind]
  return seal(plain, subkey(secret, purpose), contextOf(id))
}

/** What was sealed, or null when none of the secrets sealed it. */
export function openSealed({ kind, id, sealed }: SealedRow, secret: Secrets = settings().secret) {
  const { purpose, contextOf } = SEALS[kind]
  return unsealWithAny(sealed, subkeys(secret, purpose), contextOf(id))
}

/** The same thing under the own secret when it is the former one that sealed it, else null. */
export function sealedAnew(row: SealedRow, secret: Secrets, old: string): string | null {
  const { purpose, contextOf } = SEALS[row.kind]
  const plain = unseal(row.sealed, subkey(old, purpose), contextOf(row.id))
  return plain && sealFor(row, plain, secret)
}
