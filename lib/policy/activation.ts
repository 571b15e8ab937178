import { AgentId, PersonId, ResourceServerId, ScopeId, TenantId } from '@/lib/domain/ids'
import type { Question } from '@/lib/domain/question'
import { askEngine } from './engine'
import { inputOf } from './input'
import type { LoadedPolicySet } from './load'

const tenantId = TenantId.parse('T-0000')

/** A question of the shape every question has, about nothing that exists. */
const sampleQuestion = (action: string): Question => ({
  agent: {
    id: AgentId.parse('A-0000'),
    slug: 'sample',
    tenantId,
    owners: [PersonId.parse('P-0000')],
    environments: ['sample'],
  },
  scope: {
    id: ScopeId.parse('X-0000'),
    action,
    resource: 'https://sample.example/',
    sensitivity: 1,
    dataDomain: 'sample',
    maxSeconds: 60,
    tenantId,
    serverId: ResourceServerId.parse('S-0000'),
    serverName: 'Sample',
    serverIdentifier: 'https://sample.example',
    serverType: 'sample',
  },
  requester: { id: PersonId.parse('P-0001'), roles: ['requester'] },
  goalCategory: 'sample',
  durationSeconds: 60,
  environment: 'sample',
  approvedEnvironment: 'sample',
  now: new Date(0),
  breakGlass: false,
  approvals: ['sample'],
})

/**
 * Why this set must not be activated, or nothing (DESIGN 5): a stage whose group is unknown or empty
 * (`knownGroups` are those with members), a schema that does not fit the questions asked today.
 */
export function checkActivation(set: LoadedPolicySet, knownGroups: ReadonlySet<string>): string[] {
  const stages = [...set.entries.values()].flatMap(({ id, demand }) =>
    demand && !knownGroups.has(demand.name)
      ? [`${id}: the group "${demand.name}" does not exist or has nobody in it.`]
      : [],
  )
  const misfits = [...set.actions].flatMap(([action, { groups }]) =>
    askEngine(set, inputOf(sampleQuestion(action), groups), 'checked').errors.map(
      (error) => `${action}: ${error}`,
    ),
  )
  return [...stages, ...misfits]
}
