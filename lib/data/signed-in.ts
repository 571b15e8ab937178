import { z } from 'zod'
import { type Actor, Role } from '@/lib/domain/access'
import { GroupId, PersonId, type SignInId, TenantId } from '@/lib/domain/ids'
import { type Factors, heldRoles, type Lack } from '@/lib/domain/second-factor'
import { SignInMethod } from '@/lib/domain/sign-in'
import { seededNow } from './clock'
import { pool } from './database'

/** Who a live sign-in stands for, and what it lacks: with only a right password it may hold fewer roles, or none. */
export type SignedInActor = {
  actor: Actor
  method: SignInMethod
  idleEnds: Date
  lacks: Lack | null
  /** The database's clock when it was looked at. */
  now: Date
}

const GROUP = `'id', g.id, 'slug', g.slug, 'name', g.name, 'tenantId', g.tenant_id`

// Asked before everything else, by every page and every act: one statement for the sign-in, the person, their roles,
// the groups they sit in and all that these are inside of.
const SIGNED_IN = `select clock_timestamp() as now, s.person_id as "personId", s.method, s.started, s.expires,
    s.idle_ends as "idleEnds", s.ended, s.second_factor as "secondFactor", p.name, p.issuer, p.subject, p.disabled,
    exists (select 1 from second_factor f where f.person_id = p.id and f.confirmed is not null) as "hasFactor",
    (select coalesce(json_agg(json_build_object('role', r.role, 'tenantId', t.id, 'tenantName', t.name)
        order by r.given, r.tenant_id, r.role), '[]')
      from role_holding r join tenant t on t.id = r.tenant_id where r.person_id = p.id) as roles,
    (select coalesce(json_agg(json_build_object(${GROUP}, 'selfGiven', m.added_by = p.id) order by m.added, g.id), '[]')
      from group_member m join approver_group g on g.id = m.group_id where m.person_id = p.id) as seats,
    (select coalesce(json_agg(json_build_object(${GROUP}, 'selfGiven', g.self_given) order by g.id), '[]')
      from (select o.*, bool_or(p.id = any(w.given_by)) as self_given
        from group_member m join group_reach w on w.inner_id = m.group_id join approver_group o on o.id = w.outer_id
        where m.person_id = p.id group by o.id) g) as around
  from sign_in s join person p on p.id = s.person_id where s.id = $1`

const GroupRow = z.object({
  id: GroupId,
  slug: z.string(),
  name: z.string(),
  tenantId: TenantId,
  selfGiven: z.boolean(),
}) satisfies z.ZodType<Actor['groups'][number]>

const Row = z.object({
  now: z.date(),
  personId: PersonId,
  method: SignInMethod,
  started: z.date(),
  expires: z.date(),
  idleEnds: z.date(),
  ended: z.date().nullable(),
  secondFactor: z.date().nullable(),
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  disabled: z.date().nullable(),
  hasFactor: z.boolean(),
  roles: z.array(z.object({ role: Role, tenantId: TenantId, tenantName: z.string() })),
  seats: GroupRow.array(),
  around: GroupRow.array(),
})
type Row = z.infer<typeof Row>

/**
 * Who a live sign-in stands for, or null: ended, out of time, unused for too long, disabled, or without a role. By the
 * database's clock, or by the one that is given.
 */
export async function findSignedIn(signInId: SignInId, at?: Date): Promise<SignedInActor | null> {
  const { rows } = await pool().query(SIGNED_IN, [signInId])
  if (!rows[0]) return null
  const row = Row.parse(rows[0])
  const now = at ?? seededNow() ?? row.now
  if (row.ended || row.expires <= now || row.idleEnds <= now || row.disabled) return null
  const actor = actorOf(row, signInId)
  const { method, idleEnds } = row
  return actor && { ...withFactors(actor, factorsOf(row)), method, idleEnds, now }
}

function actorOf(row: Row, signInId: SignInId): Actor | null {
  const [first] = row.roles
  if (!first) return null
  const { personId, name, issuer, subject, started: signedInAt, roles, seats, around } = row
  return {
    ...{ personId, name, issuer, subject, signInId, signedInAt },
    tenantId: first.tenantId,
    tenantName: first.tenantName,
    roles: roles.filter(({ tenantId }) => tenantId === first.tenantId).map(({ role }) => role),
    groups: [...seats, ...around.filter(({ id }) => !seats.some((seat) => seat.id === id))],
  }
}

const factorsOf = ({ method, secondFactor, hasFactor }: Row): Factors => ({
  method,
  given: secondFactor,
  hasOne: hasFactor,
})

// A seat in a group is the approver's: it goes with the role.
function withFactors(actor: Actor, factors: Factors): { actor: Actor; lacks: Lack | null } {
  const { roles, lacks } = heldRoles(actor.roles, factors)
  return { actor: { ...actor, roles, groups: lacks ? [] : actor.groups }, lacks }
}
