import type { RegistrationFacts } from '@/lib/domain/agent-registration'
import { type AgentId, PersonId, type TenantId } from '@/lib/domain/ids'
import { database, pool } from './database'

/** What the registration of an agent is decided with. */
export async function findRegistrationFacts(tenantId: TenantId, id: AgentId): Promise<RegistrationFacts> {
  const [agents, people] = await Promise.all([
    database().agent.findMany({ where: { tenantId }, include: { owners: true }, orderBy: { slug: 'asc' } }),
    database().person.findMany({
      where: { roles: { some: { tenantId } } },
      select: { id: true, name: true, disabled: true },
    }),
  ])
  const row = agents.find((agent) => agent.id === id)
  return {
    agent: row ? { ...row, owners: row.owners.map(({ personId }) => PersonId.parse(personId)) } : null,
    people: people.map(({ id: person, name, disabled }) => ({
      id: PersonId.parse(person),
      name,
      isActive: disabled === null,
    })),
    slugs: agents.map(({ slug }) => slug),
  }
}

/** Whether something of this name is proposed already. Names hold nothing that JSON writes in another way. */
export const isNameProposed = async (
  tenantId: TenantId,
  { kind, slug }: { kind: 'agent.add' | 'template.add'; slug: string },
  now: Date,
): Promise<boolean> =>
  (await database().proposal.count({
    where: {
      tenantId,
      kind,
      state: 'open',
      answerBy: { gt: now },
      payload: { contains: `"slug":"${slug}"` },
    },
  })) > 0

const HELD = `select
  (select count(*)::int from request where agent_id = $1 and environment = any($2) and state = 'awaiting'
    and answer_by > $3) as requests,
  (select count(*)::int from permission_grant g join request r on r.id = g.request_id where r.agent_id = $1
    and r.environment = any($2) and g.state = 'live' and g.expires > $3) as grants`

/** How many waiting requests and live grants an agent has in some environments. */
export async function countInEnvironments(
  id: AgentId,
  environments: readonly string[],
  now: Date,
): Promise<{ requests: number; grants: number }> {
  const { rows } = await pool().query<{ requests: number; grants: number }>(HELD, [id, environments, now])
  return rows[0] ?? { requests: 0, grants: 0 }
}

const NAMELESS = `select id from agent a where tenant_id = $1
  and not exists (select from agent_identity i where i.agent_id = a.id)
  and not exists (select from agent_key i where i.agent_id = a.id)
  and not exists (select from agent_subject i where i.agent_id = a.id)`

/** The agents of a tenant that can prove themselves with nothing. */
export async function listUnidentified(tenantId: TenantId): Promise<Set<string>> {
  const { rows } = await pool().query<{ id: string }>(NAMELESS, [tenantId])
  return new Set(rows.map(({ id }) => id))
}
