import type { PersonId } from '@/lib/domain/ids'
import type { HeldFactors } from '@/lib/domain/people-change'
import { database } from './database'

/** A stored second factor: the secret in use and the one being set up, both sealed. */
export type StoredFactor = {
  sealed: string | null
  confirmed: Date | null
  lastStep: number
  pending: string | null
}

export async function findSecondFactor(personId: PersonId): Promise<StoredFactor | null> {
  return database().secondFactor.findUnique({
    where: { personId },
    select: { sealed: true, confirmed: true, lastStep: true, pending: true },
  })
}

/** What a person holds beside a password: an authenticator app that was confirmed, and passkeys. */
export async function findHeldFactors(personId: PersonId): Promise<HeldFactors> {
  const [factor, passkeys] = await Promise.all([
    findSecondFactor(personId),
    database().passkey.count({ where: { personId } }),
  ])
  return { hasApp: Boolean(factor?.confirmed), passkeys }
}

/** How many recovery codes a person has left. */
export const countRecoveryCodes = (personId: PersonId): Promise<number> =>
  database().recoveryCode.count({ where: { personId, used: null } })

export const isRecoveryCode = async (personId: PersonId, hash: string): Promise<boolean> =>
  (await database().recoveryCode.count({ where: { personId, hash, used: null } })) > 0
