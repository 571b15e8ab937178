import { AgentId, PersonId, ResourceServerId, ScopeId, TenantId } from '@/lib/domain/ids'
import type { Question, StageDemand } from '@/lib/domain/question'
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
  workingHours: true,
  approvals: ['sample'],
})

/** How many people every group could ever give to a stage, those of the groups it holds included. */
export type GroupSizes = ReadonlyMap<string, number>

function demandProblems({ name, quorum, escalate, sameDevice }: StageDemand, groups: GroupSizes): string[] {
  const named = escalate ? [name, escalate.to] : [name]
  const empty = named.filter((group) => (groups.get(group) ?? 0) === 0)
  const most = groups.get(name) ?? 0
  const oneMore = sameDevice !== undefined && quorum === most
  return [
    ...empty.map((group) => `the group "${group}" does not exist or has nobody in it.`),
    ...(most > 0 && quorum > most ? [`it takes ${quorum} people, and the group "${name}" has ${most}.`] : []),
    ...(most > 0 && oneMore
      ? [`@sameDevice asks for one more than ${quorum}, and the group "${name}" has ${most}.`]
      : []),
  ]
}

/**
 * Why this set must not be activated, or nothing (DESIGN 5): a stage whose group is unknown, empty or smaller than
 * the quorum or than the one more it may ask for, one that escalates to such a group, a schema that does
 * not fit the questions asked today, or has a namespace, since no question could name what is in it.
 */
export function checkActivation(set: LoadedPolicySet, groups: GroupSizes): string[] {
  const stages = [...set.entries.values()].flatMap(({ id, demand }) =>
    demand ? demandProblems(demand, groups).map((problem) => `${id}: ${problem}`) : [],
  )
  const ofAgents = [...set.actions].filter(([, { isOfAgents }]) => isOfAgents)
  const misfits = ofAgents.flatMap(([action, { groups }]) =>
    askEngine(set, inputOf(sampleQuestion(action), groups, set.knowsWorkingHours), 'checked').errors.map(
      (error) => `${action}: ${error}`,
    ),
  )
  const namespaces = set.namespaces.map(
    (name) => `The schema has the namespace ${name}. Questions name types without one: take it away.`,
  )
  return [...stages, ...misfits, ...namespaces]
}
