import { PersonId, TenantId } from '@/lib/domain/ids'
import { pool } from './database'

type Named = { tenantId: string; slug: string }
export type SeatRow = Named & { groupId: string; personId: string; addedBy: string; added: Date }
export type ReachRow = Named & { outerId: string; innerId: string; since: Date; givenBy: string[] }

// Who is no approver any more signs nothing, whatever seat is left to them.
const SEATS = `select g.tenant_id as "tenantId", g.slug, m.group_id as "groupId", m.person_id as "personId",
    m.added_by as "addedBy", m.added
  from approver_group g join group_member m on m.group_id = g.id join person p on p.id = m.person_id
  where g.tenant_id = any($1::text[]) and p.disabled is null and exists (select 1 from role_holding h
    where h.person_id = m.person_id and h.tenant_id = g.tenant_id and h.role = 'approver')
  order by g.id, m.person_id`

const REACH = `select g.tenant_id as "tenantId", g.slug, n.outer_id as "outerId", n.inner_id as "innerId", n.since,
    n.given_by as "givenBy"
  from group_reach n join approver_group g on g.id = n.outer_id where g.tenant_id = any($1::text[])
  order by n.outer_id, n.inner_id`

/** The seats of approvers in the groups of these tenants, and which group is inside of which. */
export async function readSeats(tenants: readonly TenantId[]) {
  const [seats, reach] = await Promise.all([
    pool().query<SeatRow>(SEATS, [tenants]),
    pool().query<ReachRow>(REACH, [tenants]),
  ])
  return { seats: seats.rows, reach: reach.rows }
}

/** Accounts with one of these subjects at any issuer. */
export async function readAccounts(subjects: readonly string[]) {
  const { rows } = await pool().query<{ id: string; issuer: string; subject: string }>(
    'select id, issuer, subject from person where subject = any($1::text[]) order by id',
    [subjects],
  )
  return rows.map(({ id, ...account }) => ({ id: PersonId.parse(id), ...account }))
}

/** Who made these people requesters, by tenant. */
export async function readGivers(people: readonly PersonId[]) {
  const { rows } = await pool().query<{ personId: string; tenantId: string; givenBy: string }>(
    `select person_id as "personId", tenant_id as "tenantId", given_by as "givenBy" from role_holding
     where role = 'requester' and person_id = any($1::text[])`,
    [people],
  )
  return rows.map(({ personId, tenantId, givenBy }) => ({
    personId: PersonId.parse(personId),
    tenantId: TenantId.parse(tenantId),
    givenBy,
  }))
}
