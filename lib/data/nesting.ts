import type { Prisma } from '@/generated/prisma/client'
import { GroupId, PersonId, type TenantId } from '@/lib/domain/ids'
import { makesCycle, type Nesting, type Reach, reachOf, type Seating } from '@/lib/domain/nesting'
import { ChangedMeanwhile, expectOne, type Tx } from './commit'
import { database } from './database'

const nestingOf = (row: Prisma.GroupNestingGetPayload<object>): Nesting => ({
  outerId: GroupId.parse(row.outerId),
  innerId: GroupId.parse(row.innerId),
  addedBy: row.addedBy,
  added: row.added,
})

/** Who sits where in a tenant. */
export async function findSeating(tenantId: TenantId): Promise<Seating> {
  const groups = await database().group.findMany({ where: { tenantId }, include: { members: true } })
  const nestings = await database().groupNesting.findMany({
    where: { outerId: { in: groups.map(({ id }) => id) } },
    orderBy: { added: 'asc' },
  })
  return {
    groups: groups.map(({ id, slug, name }) => ({ id: GroupId.parse(id), slug, name })),
    seats: groups.flatMap(({ members }) =>
      members.map(({ groupId, personId }) => ({
        groupId: GroupId.parse(groupId),
        personId: PersonId.parse(personId),
      })),
    ),
    nestings: nestings.map(nestingOf),
  }
}

/** What is inside these groups, or, asked the other way round, what they are inside of. */
export async function listReach(where: Prisma.GroupReachWhereInput): Promise<Reach[]> {
  const rows = await database().groupReach.findMany({ where })
  return rows.map((row) => ({
    ...row,
    outerId: GroupId.parse(row.outerId),
    innerId: GroupId.parse(row.innerId),
  }))
}

type Link = Pick<Nesting, 'outerId' | 'innerId'>

async function nestingsOf(tx: Tx, tenantId: TenantId): Promise<Nesting[]> {
  const groups = await tx.group.findMany({ where: { tenantId }, select: { id: true } })
  const rows = await tx.groupNesting.findMany({ where: { outerId: { in: groups.map(({ id }) => id) } } })
  return rows.map(nestingOf)
}

// The tenant is held: nobody reads half of this, and nobody issues on what was there before.
async function replaceReach(tx: Tx, before: readonly Nesting[], after: readonly Nesting[]): Promise<void> {
  await tx.groupReach.deleteMany({ where: { outerId: { in: before.map(({ outerId }) => outerId) } } })
  await tx.groupReach.createMany({
    data: reachOf(after).map(({ givenBy, ...reach }) => ({ ...reach, givenBy: [...givenBy] })),
  })
}

/** Puts a group into another while the tenant is held. Two who agree at once do not make a circle. */
export async function insertNesting(tx: Tx, tenantId: TenantId, nesting: Nesting): Promise<void> {
  const before = await nestingsOf(tx, tenantId)
  if (makesCycle(before, nesting)) throw new ChangedMeanwhile('group_cycle')
  await tx.groupNesting.create({ data: nesting })
  await replaceReach(tx, before, [...before, nesting])
}

/** Takes a group out of another while the tenant is held. */
export async function deleteNesting(tx: Tx, tenantId: TenantId, { outerId, innerId }: Link): Promise<void> {
  const before = await nestingsOf(tx, tenantId)
  expectOne(await tx.groupNesting.deleteMany({ where: { outerId, innerId } }))
  await replaceReach(
    tx,
    before,
    before.filter((one) => one.outerId !== outerId || one.innerId !== innerId),
  )
}
