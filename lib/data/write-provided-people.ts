import { createHash } from 'node:crypto'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import { BY_PROVIDER, type RightsChange } from '@/lib/domain/provider-sign-in'
import { expectOne, type Tx } from './commit'
import type { KnownPerson } from './provided-people'

type NewPerson = { id: PersonId; issuer: string; subject: string; name: string }

const ONE_AT_A_TIME_MS = 5 * 60_000

const keyOf = ({ issuer, subject }: NewPerson) =>
  `person ${createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')}`

/**
 * Adds whoever signs in for the first time. Accounts may share an identity, so no constraint of their own keeps two
 * first sign-ins at once from adding two people: a row that can be there once does.
 */
export const insertProvidedPerson = async (tx: Tx, person: NewPerson, now: Date): Promise<void> => {
  await tx.usedOnce.create({
    data: { key: keyOf(person), expires: new Date(now.getTime() + ONE_AT_A_TIME_MS) },
  })
  await tx.person.create({ data: person })
}

/**
 * Holds the person over the version that was read, as every change of them does, and refreshes the name. Whoever was
 * disabled meanwhile is not signed in.
 */
export const replaceProvidedPerson = async (
  tx: Tx,
  { id, rev }: Pick<KnownPerson, 'id' | 'rev'>,
  { name, isChanged }: { name: string; isChanged: boolean },
): Promise<void> => {
  const data = { name, ...(isChanged ? { rev: { increment: 1 } } : {}) }
  expectOne(await tx.person.updateMany({ where: { id, rev, disabled: null }, data }))
}

/** Writes what a sign-in changed, in the order in which an issue locks: roles, then seats. */
export async function replaceProvidedRights(
  tx: Tx,
  { personId, tenantId }: { personId: PersonId; tenantId: TenantId },
  { give, take, join, leave }: RightsChange,
): Promise<void> {
  for (const role of take)
    expectOne(await tx.roleHolding.deleteMany({ where: { personId, tenantId, role, givenBy: BY_PROVIDER } }))
  await tx.roleHolding.createMany({ data: give.map((one) => ({ ...one, personId, tenantId })) })
  for (const groupId of leave.map((seat) => seat.groupId).sort())
    expectOne(await tx.groupMember.deleteMany({ where: { personId, groupId } }))
  await tx.groupMember.createMany({
    data: join.map(({ groupId }) => ({ personId, groupId, addedBy: BY_PROVIDER })),
  })
}
