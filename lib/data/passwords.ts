import type { Prisma } from '@/generated/prisma/client'
import { Role } from '@/lib/domain/access'
import { PersonId, TenantId } from '@/lib/domain/ids'
import { database } from './database'

/** Somebody who may sign in with a password. */
export type PasswordHolder = {
  personId: PersonId
  name: string
  tenantId: TenantId
  email: string
  hash: string
  roles: Role[]
  hasSecondFactor: boolean
}

const WITH_PERSON = {
  person: { include: { roles: true, secondFactor: { select: { confirmed: true } } } },
} as const

function holderOf(row: Prisma.PasswordGetPayload<{ include: typeof WITH_PERSON }> | null) {
  const [role] = row?.person.roles ?? []
  // Disabled, or without a role in any tenant: there is nothing to be let in to.
  if (!row || !role || row.person.disabled) return null
  return {
    personId: PersonId.parse(row.personId),
    name: row.person.name,
    tenantId: TenantId.parse(role.tenantId),
    email: row.email,
    hash: row.hash,
    roles: row.person.roles
      .filter(({ tenantId }) => tenantId === role.tenantId)
      .map((one) => Role.parse(one.role)),
    hasSecondFactor: Boolean(row.person.secondFactor?.confirmed),
  }
}

/** Who signs in with this address, or null. */
export const findPasswordByEmail = async (email: string): Promise<PasswordHolder | null> =>
  holderOf(await database().password.findUnique({ where: { email }, include: WITH_PERSON }))

/** The password of a person, or null when they sign in in another way. */
export const findPasswordOf = async (personId: PersonId): Promise<PasswordHolder | null> =>
  holderOf(await database().password.findUnique({ where: { personId }, include: WITH_PERSON }))

/** Whether an address is somebody's to sign in with, disabled or not. */
export const isEmailTaken = async (email: string): Promise<boolean> =>
  (await database().password.count({ where: { email } })) > 0
