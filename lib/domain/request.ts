import { z } from 'zod'
import type { Actor, Role } from './access'
import type { Agent } from './agent'
import { MAX_DEPTH } from './child-depth'
import { CLEAN_LINE, CLEAN_TEXT } from './clean-text'
import { type Delegation, MAX_SUB_AGENTS } from './delegation'
import { delegationData } from './delegation-asked'
import type { TrailEvent } from './events'
import {
  AgentId,
  type DecisionId,
  type GrantId,
  type PersonId,
  type PolicySetVersion,
  RequestId,
  ScopeId,
  TemplateId,
  type TenantId,
} from './ids'
import type { JsonObject } from './json'
import type { Answer } from './question'
import { done, type Outcome, type Refusal } from './result'
import type { Scope } from './scope'
import { clockOf, firstStages, type StageClock, waitEndsOf, withOpened } from './stage-clock'
import { mergeStages, type Stage } from './stages'
import type { RequestState } from './status'

export const MAX_SCOPES = 50

/** What a requester writes. Every field carries its own sentence. */
export const SubmitRequest = z.object({
  /** Made by the page, so that a form sent again after a lost answer is the same request. */
  submissionId: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'Open the page again.')
    .optional(),
  templateId: TemplateId.optional(),
  filedFrom: RequestId.optional(),
  agentId: z.string('Choose an agent.').min(1, 'Choose an agent.').pipe(AgentId),
  goal: CLEAN_LINE.min(1, 'Say what the agent is to do.').max(300, 'Keep the goal under 300 characters.'),
  scopeIds: z
    .array(ScopeId, 'Choose at least one scope.')
    .min(1, 'Choose at least one scope.')
    .max(MAX_SCOPES, `Choose at most ${MAX_SCOPES} scopes.`)
    .transform((ids) => [...new Set(ids)]),
  durationMinutes: z.coerce
    .number('Give the duration in minutes.')
    .int('Give whole minutes.')
    .min(1, 'Give at least 1 minute.')
    .max(7 * 24 * 60, 'Give at most 7 days.'),
  justification: CLEAN_TEXT.min(1, 'Say why the task needs this, in a sentence an approver can check.').max(
    4000,
    'Keep the justification under 4,000 characters.',
  ),
  ticket: z
    .string()
    .trim()
    .max(64, 'Keep the ticket under 64 characters.')
    .regex(/^[A-Za-z0-9._:/#-]*$/, 'Use letters, digits and dashes, as in SUP-4711.')
    .default(''),
  environment: z
    .string('Choose an environment.')
    .min(1, 'Choose an environment.')
    .max(40)
    .regex(/^[a-z0-9-]+$/, 'Choose an environment.'),
  /** The agents that signatures are to count for too, when this one hands parts of the task on. */
  subAgentIds: z
    .array(AgentId, 'Choose sub-agents from the list.')
    .max(MAX_SUB_AGENTS, `Choose at most ${MAX_SUB_AGENTS} sub-agents.`)
    .transform((ids) => [...new Set(ids)])
    .optional(),
  subAgentDepth: z.coerce
    .number('Give the levels as a number.')
    .int('Give whole levels.')
    .min(1, 'Give at least 1 level.')
    .max(MAX_DEPTH, `Give at most ${MAX_DEPTH} levels.`)
    .optional(),
})
export type SubmitRequest = z.infer<typeof SubmitRequest>

/** One scope's decision with the id it is stored under and the SHA-256 of its input, which the trail keeps. */
export type ScopeDecision = { id: DecisionId; scope: Scope; answer: Answer; inputDigest: string }

export type Filing = {
  actor: Actor
  /** All that the requester holds in the tenant, also what this sign-in is not given. Policy was asked with these. */
  roles: readonly Role[]
  input: SubmitRequest
  agent: Agent
  goalCategory: string
  /** The sub-agents it names. */
  delegation: Delegation | null
  decisions: readonly ScopeDecision[]
  policySet: PolicySetVersion
  requestId: RequestId
  grantId: GrantId
  version: number
  now: Date
  /** The stages that break-glass went past. Kept, so that who would have been asked sees it. */
  skipped?: readonly Stage[]
}

export type Filed = StageClock & {
  requestId: RequestId
  state: RequestState
  stages: Stage[]
  /** When it has waited long enough, whatever its stages say. */
  waitEnds: Date
  grant: OpenedGrant | null
}

export type OpenedGrant = { id: GrantId; opened: Date; expires: Date }

export const openGrant = (id: GrantId, durationSeconds: number, now: Date): OpenedGrant => ({
  id,
  opened: now,
  expires: new Date(now.getTime() + durationSeconds * 1000),
})

/** The stages that decisions demand together. */
export const stagesOf = (decisions: readonly Pick<ScopeDecision, 'scope' | 'answer'>[]): Stage[] =>
  mergeStages(decisions.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))

const policyIdsOf = (decisions: readonly ScopeDecision[]) => [
  ...new Set(decisions.flatMap(({ answer }) => answer.policies.map(({ id }) => id))),
]

/** The scopes as figures for the trail: what, where, how sensitive, what policy said. */
export const decisionData = (decisions: readonly ScopeDecision[]): JsonObject[] =>
  decisions.map(({ id, scope, answer, inputDigest }) => ({
    decision: id,
    input: inputDigest,
    action: scope.action,
    resource: scope.resource,
    sensitivity: scope.sensitivity,
    dataDomain: scope.dataDomain,
    verdict: answer.verdict,
    policies: answer.policies.map((policy) => policy.id),
  }))

export const grantOpenedEvent = (
  facts: {
    requestId: RequestId
    agentId: AgentId
    requesterId: PersonId
    tenantId: TenantId
    scopes: readonly Scope[]
    uses?: number | null
    delegation?: Delegation | null
  },
  grant: OpenedGrant,
): TrailEvent => ({
  type: 'grant.opened',
  outcome: 'done',
  tenantId: facts.tenantId,
  humanId: facts.requesterId,
  agentId: facts.agentId,
  requestId: facts.requestId,
  grantId: grant.id,
  data: {
    expires: grant.expires.toISOString(),
    ...(facts.uses ? { uses: facts.uses } : {}),
    ...delegationData(facts.delegation),
    scopes: facts.scopes.map(({ action, resource }) => ({ action, resource })),
  },
})

/** Why a request cannot be filed at all, before policy is asked. */
export function filingProblem(
  input: SubmitRequest,
  agent: Agent | null,
  scopes: readonly Scope[],
): Refusal | null {
  if (!agent) return { code: 'agent_unknown', fields: { agentId: 'Choose an agent from the list.' } }
  if (agent.suspended) return { code: 'agent_suspended', fields: { agentId: 'This agent is suspended.' } }
  if (scopes.length !== input.scopeIds.length)
    return { code: 'scope_unknown', fields: { scopeIds: 'One of the scopes does not exist any more.' } }
  return null
}

/** Files a request, or files its next version after an edit: one decision a scope, live at once, held, or refused. */
export function fileRequest(filing: Filing): Outcome<Filed> {
  const { actor, agent, input, decisions, now } = filing
  const demanded = stagesOf(decisions)
  const asked = withOpened(demanded, firstStages(demanded), now)
  const waitEnds = waitEndsOf(now)
  const isRefused = decisions.some(({ answer }) => answer.verdict === 'refused')
  const state: RequestState = isRefused ? 'refused' : demanded.length > 0 ? 'awaiting' : 'granted'
  const stages = filing.skipped ? [...filing.skipped] : asked
  const grant = state === 'granted' ? openGrant(filing.grantId, input.durationMinutes * 60, now) : null
  const about = {
    tenantId: actor.tenantId,
    humanId: actor.personId,
    agentId: agent.id,
    requestId: filing.requestId,
  }
  const decided = { decisionIds: decisions.map(({ id }) => id), policyIds: policyIdsOf(decisions) }
  const filed: TrailEvent = {
    type: filing.version === 1 ? 'request.filed' : 'request.edited',
    outcome: state === 'refused' ? 'refused' : state === 'awaiting' ? 'held' : 'allowed',
    ...about,
    ...decided,
    data: {
      version: filing.version,
      environment: input.environment,
      durationSeconds: input.durationMinutes * 60,
      policySet: filing.policySet,
      ...(filing.skipped ? { breakGlass: true } : {}),
      ...delegationData(filing.delegation),
      scopes: decisionData(decisions),
      stages: stages.map(({ name, quorum, order, tenantId }) => ({ name, quorum, order, tenant: tenantId })),
    },
    texts: { goal: input.goal, justification: input.justification, ticket: input.ticket },
  }
  const events: TrailEvent[] = [filed]
  if (state === 'refused') events.push({ type: 'request.refused', outcome: 'refused', ...about, ...decided })
  if (grant)
    events.push(
      grantOpenedEvent(
        {
          ...{ ...about, requesterId: actor.personId, delegation: filing.delegation },
          scopes: decisions.map(({ scope }) => scope),
        },
        grant,
      ),
    )
  const clock = clockOf(firstStages(stages), waitEnds, now)
  const nextMark = state === 'awaiting' ? clock.nextMark : null
  return done({ requestId: filing.requestId, state, stages, ...clock, nextMark, waitEnds, grant }, ...events)
}
