import type { Role } from './access'
import type { TrailEvent } from './events'
import type { AgentId, GroupId, PersonId, ResourceServerId, ScopeId, TemplateId, TenantId } from './ids'
import type { JsonObject } from './json'
import type { Sensitivity } from './sensitivity'

/** A tenant with its people, groups, agents, resource servers and templates, as one piece. */
export type World = {
  tenant: { id: TenantId; slug: string; name: string }
  people: { id: PersonId; issuer: string; subject: string; name: string; roles: readonly Role[] }[]
  groups: { id: GroupId; slug: string; name: string; members: readonly PersonId[] }[]
  trustDomain: { name: string; bundle: JsonObject }
  agents: {
    id: AgentId
    slug: string
    purpose: string
    environments: readonly string[]
    owners: readonly PersonId[]
    workload: string
  }[]
  servers: {
    id: ResourceServerId
    name: string
    identifier: string
    type: string
    check: 'offline' | 'introspection'
    /** Asks for a decision before each call it answers. */
    asksOnline?: boolean
    clientJwk: JsonObject | null
    scopes: {
      id: ScopeId
      action: string
      resource: string
      sensitivity: Sensitivity
      dataDomain: string
      maxSeconds: number
    }[]
  }[]
  templates: {
    id: TemplateId
    slug: string
    name: string
    agentId: AgentId
    goal: string
    goalCategory: string
    environment: string
    durationSeconds: number
    scopeIds: readonly ScopeId[]
  }[]
}

/** One event for each thing that is added, so that the trail knows where everything came from. */
export function worldEvents({
  tenant,
  people,
  groups,
  trustDomain,
  agents,
  servers,
  templates,
}: World): TrailEvent[] {
  const added = { outcome: 'done', tenantId: tenant.id } as const
  return [
    { type: 'tenant.added', ...added, data: { slug: tenant.slug } },
    ...people.flatMap((person): TrailEvent[] => [
      { type: 'person.added', ...added, humanId: person.id, data: { issuer: person.issuer } },
      ...person.roles.map(
        (role): TrailEvent => ({ type: 'person.role_given', ...added, humanId: person.id, data: { role } }),
      ),
    ]),
    ...groups.flatMap((group): TrailEvent[] => [
      { type: 'group.added', ...added, data: { group: group.slug } },
      ...group.members.map(
        (humanId): TrailEvent => ({ type: 'person.grouped', ...added, humanId, data: { group: group.slug } }),
      ),
    ]),
    { type: 'trust.changed', ...added, data: { trustDomain: trustDomain.name } },
    ...agents.map(
      (agent): TrailEvent => ({
        type: 'agent.added',
        ...added,
        agentId: agent.id,
        data: { slug: agent.slug, owners: agent.owners, environments: agent.environments },
      }),
    ),
    ...servers.map(
      (server): TrailEvent => ({
        type: 'server.added',
        ...added,
        data: {
          server: server.identifier,
          scopes: server.scopes.map(({ action, resource }) => ({ action, resource })),
        },
      }),
    ),
    ...templates.map(
      (template): TrailEvent => ({
        type: 'template.added',
        ...added,
        agentId: template.agentId,
        data: { template: template.slug },
      }),
    ),
  ]
}
