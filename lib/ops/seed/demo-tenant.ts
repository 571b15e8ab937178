import { newId } from '@/lib/data/new-id'
import type { Role } from '@/lib/domain/access'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { Sensitivity } from '@/lib/domain/sensitivity'
import type { World } from '@/lib/domain/world'
import type { DemoWorld } from '../demo/world'

const PEOPLE = {
  requester: { name: 'Requester', roles: ['requester'] },
  approver: { name: 'Approver', roles: ['requester', 'approver'] },
  'second-approver': { name: 'Second approver', roles: ['requester', 'approver'] },
  'compliance-officer': { name: 'Compliance officer', roles: ['auditor'] },
  administrator: { name: 'Administrator', roles: ['administrator', 'requester'] },
} as const satisfies Record<Persona, { name: string; roles: readonly Role[] }>

const HOUR = 3600
const MAX_SECONDS = { 1: 8 * HOUR, 2: 8 * HOUR, 3: 4 * HOUR } as const satisfies Record<Sensitivity, number>

export const DEMO_TENANT = 'demo'

type Server = World['servers'][number]

const serverOf = (server: DemoWorld['servers']['tickets']): Server => ({
  id: newId('ResourceServerId'),
  name: server.name,
  identifier: server.identifier,
  type: server.type,
  check: server.check,
  asksOnline: server.asksOnline,
  clientJwk: server.clientJwk ? ({ ...server.clientJwk } as Record<string, string>) : null,
  scopes: server.scopes.map(({ action, path, sensitivity, dataDomain }) => {
    const level = Sensitivity.parse(sensitivity)
    return {
      id: newId('ScopeId'),
      action,
      resource: `${server.identifier}${path}`,
      sensitivity: level,
      dataDomain,
      maxSeconds: MAX_SECONDS[level],
    }
  }),
})

/** The demo's tenant: five people named by role, two agents owned by the administrator, three servers, three templates. */
export function demoTenant(demo: DemoWorld): World {
  const people = Object.entries(PEOPLE).map(([subject, { name, roles }]) => ({
    id: newId('PersonId'),
    issuer: DEMO_ISSUER,
    subject,
    name,
    roles: [...roles] as Role[],
  }))
  const idOf = (persona: Persona) => {
    const person = people.find(({ subject }) => subject === persona)
    if (!person) throw new Error(`The demo has no ${persona}.`)
    return person.id
  }
  const approvers = [idOf('approver'), idOf('second-approver')]
  const servers = [demo.servers.tickets, demo.servers.vault, demo.servers.refunds].map(serverOf)
  const owners = [idOf('administrator')]
  const triage = {
    id: newId('AgentId'),
    slug: 'refund-triage',
    purpose: 'Reads a support ticket and works out whether a refund is owed.',
    environments: ['staging', 'production'],
    owners,
    workload: 'agent/refund-triage',
  }
  const rotator = {
    id: newId('AgentId'),
    slug: 'secret-rotator',
    purpose: 'Rotates secrets of production systems when they are due.',
    environments: ['production'],
    owners,
    workload: 'agent/secret-rotator',
  }
  const scope = (action: string) => {
    const found = servers.flatMap(({ scopes }) => scopes).find((one) => one.action === action)
    if (!found) throw new Error(`The demo has no scope ${action}.`)
    return found.id
  }
  return {
    tenant: { id: newId('TenantId'), slug: DEMO_TENANT, name: 'Demo' },
    people,
    groups: [
      { id: newId('GroupId'), slug: 'security', name: 'Security', members: approvers },
      { id: newId('GroupId'), slug: 'data-owners', name: 'Data owners', members: approvers },
    ],
    trustDomain: { name: demo.trustDomain, bundle: JSON.parse(JSON.stringify(demo.bundle)) },
    agents: [triage, rotator],
    servers,
    templates: [
      {
        id: newId('TemplateId'),
        slug: 'summarise-a-ticket',
        name: 'Summarise a ticket',
        agentId: triage.id,
        goal: 'Summarise ticket 4711 for the next shift.',
        goalCategory: 'support',
        environment: 'staging',
        durationSeconds: 15 * 60,
        scopeIds: [scope('ticket:read')],
      },
      {
        id: newId('TemplateId'),
        slug: 'resolve-a-refund-ticket',
        name: 'Resolve a refund ticket',
        agentId: triage.id,
        goal: 'Check whether ticket 4711 is owed a refund and preview the amount.',
        goalCategory: 'support',
        environment: 'staging',
        durationSeconds: 30 * 60,
        scopeIds: [scope('ticket:read'), scope('secret:read'), scope('api:call')],
      },
      {
        id: newId('TemplateId'),
        slug: 'rotate-a-production-secret',
        name: 'Rotate a production secret',
        agentId: rotator.id,
        goal: 'Rotate the payments signing secret.',
        goalCategory: 'maintenance',
        environment: 'production',
        durationSeconds: 15 * 60,
        scopeIds: [scope('secret:rotate')],
      },
    ],
  }
}
