import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import type { Actor, Role } from '@/lib/domain/access'
import type { RequestId, SignInId } from '@/lib/domain/ids'
import type { World } from '@/lib/domain/world'
import { demoTenant } from '@/lib/ops/seed/demo-tenant'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { addWorld } from '@/lib/usecases/setup/add-world'
import { demoWorld, passingDemoWorld, yes } from '@/tests/harness/demo'

const SETUP = { via: 'setup' } as const
const ISSUER = 'https://people.example'

/** Somebody of every kind the access table tells apart. Those whose name begins with `strange` are of another tenant. */
export const KINDS = [
  'requester',
  'otherRequester',
  'approver',
  'groupless',
  'owner',
  'auditor',
  'administrator',
  'strangeRequester',
  'strangeApprover',
  'strangeAuditor',
  'strangeAdministrator',
] as const
export type Kind = (typeof KINDS)[number]

export const STRANGERS: readonly Kind[] = KINDS.filter((kind) => kind.startsWith('strange'))

type Added = { subject: string; tenantId: string; roles: readonly Role[]; signInId: SignInId }

async function addPerson({ subject, tenantId, roles, signInId }: Added): Promise<Actor> {
  const id = newId('PersonId')
  await pool().query('insert into person (id, issuer, subject, name) values ($1, $2, $3, $3)', [
    id,
    ISSUER,
    subject,
  ])
  for (const role of roles)
    await pool().query(
      `insert into role_holding (person_id, tenant_id, role, given_by) values ($1, $2, $3, 'setup')`,
      [id, tenantId, role],
    )
  return actorOf(subject, signInId)
}

async function actorOf(subject: string, signInId: SignInId): Promise<Actor> {
  const actor = await findPersonActor(ISSUER, subject, signInId, await databaseNow())
  if (!actor) throw new Error(`There is no ${subject}.`)
  return actor
}

async function neighbour(): Promise<World> {
  const demo = await passingDemoWorld(3111)
  const world = demoTenant({ ...demo, trustDomain: 'neighbour.example' })
  const people = world.people.map((person) => ({ ...person, issuer: `${ISSUER}/neighbour` }))
  return { ...world, people, tenant: { ...world.tenant, slug: 'neighbour', name: 'Neighbour' } }
}

/** Two tenants with the same groups, agents and servers, and one person of every kind, each signed in. */
export async function accessWorld() {
  const demo = await demoWorld()
  const other = await neighbour()
  yes(await addWorld(SETUP, other))
  const [secret = ''] = [process.env.COUNTERSIGN_SECRET]
  await ensureSigningKeys(secret)
  const [here, there] = [demo.world.tenant.id, other.tenant.id]
  const person = (subject: Kind, tenantId: string, ...roles: Role[]) =>
    addPerson({ subject, tenantId, roles, signInId: newId('SignInId') })
  const actors: Record<Kind, Actor> = {
    requester: await demo.actor('requester'),
    otherRequester: await person('otherRequester', here, 'requester'),
    approver: await demo.actor('approver'),
    groupless: await person('groupless', here, 'approver'),
    owner: await person('owner', here, 'requester'),
    auditor: await demo.actor('compliance-officer'),
    administrator: await demo.actor('administrator'),
    strangeRequester: await person('strangeRequester', there, 'requester'),
    strangeApprover: await person('strangeApprover', there, 'requester', 'approver'),
    strangeAuditor: await person('strangeAuditor', there, 'auditor'),
    strangeAdministrator: await person('strangeAdministrator', there, 'administrator', 'requester'),
  }
  await joinGroups(other, actors.strangeApprover)
  actors.strangeApprover = await actorOf('strangeApprover', actors.strangeApprover.signInId)
  await pool().query('update agent_owner set person_id = $1 where agent_id = any($2)', [
    actors.owner.personId,
    demo.world.agents.map(({ id }) => id),
  ])
  for (const actor of Object.values(actors)) await signIn(actor)
  return { demo, other, actors }
}

export type AccessWorld = Awaited<ReturnType<typeof accessWorld>>

async function joinGroups(world: World, { personId }: Actor): Promise<void> {
  for (const { id } of world.groups)
    await pool().query(`insert into group_member (group_id, person_id, added_by) values ($1, $2, 'setup')`, [
      id,
      personId,
    ])
}

const signIn = ({ signInId, personId }: Actor) =>
  pool().query(
    `insert into sign_in (id, person_id, method, started, expires)
     values ($1, $2, 'demo', now(), now() + interval '12 hours')`,
    [signInId, personId],
  )

/** An id of the right shape that nothing has. */
export const absentRequest = (): RequestId => newId('RequestId')

const TRAIL = ['trail_head', 'trail_event', 'trail_text']

let hashes: string | undefined

/** One query that hashes every table but those of the trail. */
async function hashQuery(): Promise<string> {
  const { rows } = await pool().query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`,
  )
  const names = rows.map(({ name }) => name).filter((name) => !TRAIL.includes(name))
  return names
    .map(
      (name) =>
        `select '${name}' as name, md5(string_agg(t::text, '' order by t::text)) as hash from "${name}" t`,
    )
    .join(' union all ')
}

/** A hash of every row of every table but the trail, by table: what "nothing changed" means. */
export async function stateOfTables(): Promise<Record<string, string>> {
  hashes ??= await hashQuery()
  const { rows } = await pool().query<{ name: string; hash: string | null }>(hashes)
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash ?? '']))
}
