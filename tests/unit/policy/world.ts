import { AgentId, PersonId, ResourceServerId, ScopeId, TenantId } from '@/lib/domain/ids'
import type { Question } from '@/lib/domain/question'
import type { Scope } from '@/lib/domain/scope'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { loadPolicySet } from '@/lib/policy/load'

export const defaultText = readDefaultPolicySet('policies')
export const defaultSet = loadPolicySet(defaultText)

const home = TenantId.parse('T-H0ME')

export const scope = (action: string, changes: Partial<Scope> = {}): Scope => ({
  id: ScopeId.parse('X-0001'),
  action,
  resource: 'https://tickets.example/t/4711',
  sensitivity: 1,
  dataDomain: 'support',
  maxSeconds: 8 * 3600,
  tenantId: home,
  serverId: ResourceServerId.parse('S-0001'),
  serverName: 'Tickets',
  serverIdentifier: 'https://tickets.example',
  serverType: 'tickets',
  ...changes,
})

/** An ordinary question in staging: half an hour, nothing signed. */
export const question = (action: string, changes: Partial<Question> = {}): Question => ({
  agent: {
    id: AgentId.parse('A-0001'),
    slug: 'refund-triage',
    tenantId: home,
    owners: [PersonId.parse('P-0WNER')],
    environments: ['staging', 'production'],
  },
  scope: scope(action),
  requester: { id: PersonId.parse('P-ASKS'), roles: ['requester'] },
  goalCategory: 'support',
  durationSeconds: 1800,
  environment: 'staging',
  approvedEnvironment: changes.environment ?? 'staging',
  now: new Date('2026-03-02T10:15:00Z'),
  breakGlass: false,
  workingHours: true,
  approvals: [],
  ...changes,
})

/** A set of one permit for everything and the given policies. */
export const setOf = (...policies: string[]) =>
  loadPolicySet({
    schema: defaultText.schema,
    policies: [
      { name: 'a.cedar', text: '@id("all") @says("All.") permit (principal, action, resource);' },
      { name: 'b.cedar', text: policies.join('\n') },
    ],
  })

/** A forbid that lifts with its stage. `extra` are more annotations, `when` its condition. */
export const lifting = (id: string, stage: string, { extra = '', when = 'true' } = {}) =>
  `@id("${id}") @says("${id} says.") @approval("${stage}") ${extra}
forbid (principal, action, resource) when { ${when} } unless { context.approvals.contains("${stage}") };`
