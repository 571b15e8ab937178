import type { Actor } from '@/lib/domain/access'
import type { Administrators } from '@/lib/domain/administrators'
import type { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import type { OpenThings } from '@/lib/domain/open-things'
import type { Effect, PeopleChange, PersonState, Seat } from '@/lib/domain/people-change'
import { ChangedMeanwhile, expectOne, type Tx } from './commit'
import { deleteNesting, insertNesting } from './nesting'
import { newId } from './new-id'
import { deleteResets } from './write-links'
import { endOpenThings } from './write-offboarding'
import { clearFactors } from './write-second-factors'
import { endSignInsOf } from './write-sign-ins'

type Row = { id: string; disabled: Date | null }

/**
 * Holds the tenant while its rules change, and looks whether its administrators are the ones that were decided with,
 * and whether the one who acts is among those who are not disabled: two of them cannot disable each other, and nobody
 * decides who has just stopped being one. The tenant is locked before people, as `lockGrounds` does.
 */
export async function holdAdministrators(
  tx: Tx,
  { tenantId, personId: by }: Pick<Actor, 'tenantId' | 'personId'>,
  read: Administrators,
): Promise<void> {
  const rows = await holdAsRead(tx, tenantId, read)
  if (!rows.some(({ id, disabled }) => id === by && disabled === null)) throw new ChangedMeanwhile()
}

/** The same without anybody who acts: the tenant is held, and its administrators are those that were read. */
export async function holdAsRead(tx: Tx, tenantId: TenantId, read: Administrators): Promise<Row[]> {
  await tx.$queryRaw`select id from tenant where id = ${tenantId} for no key update`
  const rows = await tx.$queryRaw<Row[]>`select p.id, p.disabled from role_holding r
    join person p on p.id = r.person_id where r.tenant_id = ${tenantId} and r.role = 'administrator'
    order by p.id`
  const now = rows.map(({ id, disabled }) => `${id} ${disabled !== null}`)
  const then = read.map(({ personId, disabled }) => `${personId} ${disabled !== null}`)
  if (now.join() !== then.join()) throw new ChangedMeanwhile()
  return rows
}

/**
 * Every change of a person goes over the version that was read, and holds their row: whoever issues for them or
 * counts their vote reads it under a shared lock.
 */
export async function replacePerson(
  tx: Tx,
  { id, rev }: Pick<PersonState, 'id' | 'rev'>,
  data: { disabled?: Date | null } = {},
): Promise<void> {
  expectOne(await tx.person.updateMany({ where: { id, rev }, data: { ...data, rev: { increment: 1 } } }))
}

/** Takes seats away, in the order in which they are locked. */
export async function deleteSeats(tx: Tx, personId: PersonId, seats: readonly Seat[]): Promise<void> {
  for (const groupId of seats.map((seat) => seat.groupId).sort())
    expectOne(await tx.groupMember.deleteMany({ where: { personId, groupId } }))
}

export type Agreed = {
  tenantId: TenantId
  effect: Effect
  /** What somebody has open who loses their last role with it. It ends in the same act. */
  leaves?: OpenThings | null
  /** Who activated it: a seat or a role that somebody else agreed to is nobody's own gift. */
  by: PersonId
  now: Date
}

/** Writes a change over the versions that were read. */
export async function writePeopleChange(tx: Tx, change: PeopleChange, of: Agreed): Promise<void> {
  const { effect, leaves, tenantId, by, now } = of
  if (change.kind === 'group.add') {
    await tx.group.create({ data: { id: newId('GroupId'), tenantId, slug: change.slug, name: change.name } })
    return
  }
  if (change.kind === 'group.rename') return renameGroup(tx, change, effect.rev)
  if (change.kind === 'group.nest' || change.kind === 'group.unnest') return renest(tx, change, of)
  await replacePerson(
    tx,
    { id: change.personId, rev: effect.rev },
    change.kind === 'person.enable' ? { disabled: null } : {},
  )
  const { personId } = change
  if (change.kind === 'person.enable') await beginAnew(tx, personId, now)
  if (change.kind === 'factor.reset') await clearFactors(tx, personId, now)
  if (change.kind === 'role.give')
    await tx.roleHolding.create({
      data: { personId, tenantId, role: change.role, givenBy: by, given: now },
    })
  if (change.kind === 'role.take')
    expectOne(await tx.roleHolding.deleteMany({ where: { personId, tenantId, role: change.role } }))
  if (change.kind === 'group.join')
    await tx.groupMember.create({ data: { groupId: change.groupId, personId, addedBy: by } })
  await deleteSeats(tx, personId, effect.falls)
  if (leaves) await endOpenThings(tx, personId, leaves, { by, now })
}

/** Who is enabled starts without what they had: their seats count from now on, and no sign-in or link of before is good. */
async function beginAnew(tx: Tx, personId: PersonId, now: Date): Promise<void> {
  await tx.$executeRaw`update group_member set added = now() where person_id = ${personId}`
  await endSignInsOf(tx, { personId }, now)
  await deleteResets(tx, personId)
}

async function renest(
  tx: Tx,
  { kind, groupId: outerId, innerId }: Extract<PeopleChange, { innerId: GroupId }>,
  { effect, tenantId, by, now }: Agreed,
): Promise<void> {
  const over = { where: { id: outerId, rev: effect.rev }, data: { rev: { increment: 1 } } }
  expectOne(await tx.group.updateMany(over))
  if (kind === 'group.nest') await insertNesting(tx, tenantId, { outerId, innerId, addedBy: by, added: now })
  else await deleteNesting(tx, tenantId, { outerId, innerId })
}

const renameGroup = async (tx: Tx, { groupId, name }: { groupId: GroupId; name: string }, rev: number) =>
  expectOne(await tx.group.updateMany({ where: { id: groupId, rev }, data: { name, rev: { increment: 1 } } }))
