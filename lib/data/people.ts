import type { Prisma } from '@/generated/prisma/client'
import { type Actor, Role } from '@/lib/domain/access'
import { GroupId, PersonId, SignInId, TenantId } from '@/lib/domain/ids'
import { SignInMethod } from '@/lib/domain/sign-in'
import { database, pool } from './database'
import { listReach } from './nesting'
import { padded } from './padded'

const WITH_RIGHTS = {
  roles: true,
  groups: { include: { group: true } },
} as const

type PersonRow = Prisma.PersonGetPayload<{ include: typeof WITH_RIGHTS }>

async function actorOf(person: PersonRow, signInId: SignInId, signedInAt: Date): Promise<Actor | null> {
  const [first] = person.roles
  if (!first) return null
  const tenant = await database().tenant.findUniqueOrThrow({ where: { id: first.tenantId } })
  return {
    personId: PersonId.parse(person.id),
    name: person.name,
    issuer: person.issuer,
    subject: person.subject,
    signInId,
    signedInAt,
    tenantId: TenantId.parse(tenant.id),
    tenantName: tenant.name,
    roles: person.roles.filter(({ tenantId }) => tenantId === tenant.id).map(({ role }) => Role.parse(role)),
    groups: await groupsOf(person),
  }
}

type ActorGroup = Actor['groups'][number]

const groupOf = (group: PersonRow['groups'][number]['group'], selfGiven: boolean): ActorGroup => ({
  id: GroupId.parse(group.id),
  slug: group.slug,
  name: group.name,
  tenantId: TenantId.parse(group.tenantId),
  selfGiven,
})

/** The groups somebody sits in, and all that these are inside of. */
async function groupsOf({ id, groups }: PersonRow): Promise<ActorGroup[]> {
  const own = groups.map(({ group, addedBy }) => groupOf(group, addedBy === id))
  if (own.length === 0) return own
  const reach = await listReach({ innerId: { in: own.map((group) => group.id) } })
  if (reach.length === 0) return own
  const rows = await database().group.findMany({ where: { id: { in: reach.map(({ outerId }) => outerId) } } })
  const outer = rows
    .filter((row) => !own.some((group) => group.id === row.id))
    .map((row) =>
      groupOf(
        row,
        reach.some((way) => way.outerId === row.id && way.givenBy.includes(id)),
      ),
    )
  return [...own, ...outer]
}

/** Whether anybody here was vouched for by this issuer. */
export const hasPeopleOf = async (issuer: string): Promise<boolean> =>
  (await database().person.findFirst({ where: { issuer }, select: { id: true } })) !== null

/** A person by the identity their issuer gives them: never by e-mail. */
export async function findPersonBySubject(issuer: string, subject: string) {
  const row = await database().person.findFirst({
    where: { issuer, subject, disabled: null },
    include: { roles: true },
  })
  return (
    row && {
      id: PersonId.parse(row.id),
      name: row.name,
      tenantId: row.roles[0] ? TenantId.parse(row.roles[0].tenantId) : null,
    }
  )
}

export type SignInRecord = {
  id: SignInId
  personId: PersonId
  method: SignInMethod
  started: Date
  expires: Date
  idleEnds: Date
  ended: Date | null
  /** When its second factor was given. */
  secondFactor: Date | null
  address: string | null
  userAgent: string | null
}

const signInOfRow = (row: Prisma.SignInGetPayload<object>): SignInRecord => ({
  ...row,
  id: SignInId.parse(row.id),
  personId: PersonId.parse(row.personId),
  method: SignInMethod.parse(row.method),
})

export async function findSignIn(id: SignInId): Promise<SignInRecord | null> {
  const row = await database().signIn.findUnique({ where: { id } })
  return row && signInOfRow(row)
}

/** A person's sign-ins that still work, without the one in use: how many, and the ids of the newest. */
export async function findLiveSignIns(
  { personId, but, now }: { personId: PersonId; but: SignInId; now: Date },
  most: number,
): Promise<{ count: number; newest: SignInId[] }> {
  const where = { personId, id: { not: but }, ended: null, expires: { gt: now }, idleEnds: { gt: now } }
  const [count, rows] = await Promise.all([
    database().signIn.count({ where }),
    database().signIn.findMany({
      where,
      select: { id: true },
      orderBy: [{ started: 'desc' }, { id: 'asc' }],
      take: most,
    }),
  ])
  return { count, newest: rows.map(({ id }) => SignInId.parse(id)) }
}

const ROLES = `select h.role from role_holding h join person p on p.id = h.person_id
  where h.person_id = $1 and h.tenant_id = $2 and p.disabled is null order by h.role`

/** The roles a person holds in a tenant now. */
export async function rolesOf(personId: PersonId, tenantId: TenantId): Promise<Role[]> {
  const { rows } = await pool().query<{ role: string }>(ROLES, [personId, tenantId])
  return rows.map(({ role }) => Role.parse(role))
}

/** The actor a person would be right after signing in: for the seed, which signs nobody in. */
export async function findPersonActor(
  issuer: string,
  subject: string,
  signInId: SignInId,
  now: Date,
): Promise<Actor | null> {
  const person = await database().person.findFirst({ where: { issuer, subject }, include: WITH_RIGHTS })
  return person && actorOf(person, signInId, now)
}

/** The names of these people, by id. */
export async function listPersonNames(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await database().person.findMany({
    where: { id: { in: padded(ids) } },
    select: { id: true, name: true },
  })
  return new Map(rows.map(({ id, name }) => [id, name]))
}
