import type { Role } from '@/lib/domain/access'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import { PASSWORD_ISSUER } from '@/lib/domain/password'
import { expectOne, type Tx } from './commit'

type NewPerson = {
  personId: PersonId
  tenantId: TenantId
  name: string
  email: string
  role: Role
  givenBy: string
}

/** Adds a person with a password and one role. One address is one person: a second fails. */
export async function insertPasswordPerson(
  tx: Tx,
  { personId, tenantId, name, email, role, givenBy }: NewPerson,
  { hash, changed }: { hash: string; changed: Date },
): Promise<void> {
  await tx.person.create({ data: { id: personId, issuer: PASSWORD_ISSUER, subject: personId, name } })
  await tx.roleHolding.create({ data: { personId, tenantId, role, givenBy } })
  await tx.password.create({ data: { personId, email, hash, changed } })
}

/** Sets another password over the one that was read. */
export async function replacePassword(
  tx: Tx,
  over: { personId: PersonId; hash: string },
  { hash, changed }: { hash: string; changed: Date },
): Promise<void> {
  expectOne(await tx.password.updateMany({ where: over, data: { hash, changed } }))
}

/**
 * Keeps the password that was read as it is until the act is over: whoever replaces it waits, and then ends what the
 * act has opened. When it was replaced before, the act fails.
 */
export async function holdPassword(
  tx: Tx,
  { personId, hash }: { personId: PersonId; hash: string },
): Promise<void> {
  const sql = 'select 1 from password where person_id = $1 and hash = $2 for share'
  const held = await tx.$queryRawUnsafe<unknown[]>(sql, personId, hash)
  expectOne(held.length)
}
