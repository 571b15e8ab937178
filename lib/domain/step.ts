import { z } from 'zod'
import type { Actor } from './access'
import { AuthorizationDetails } from './authorization-details'
import { CLEAN_LINE, CLEAN_TEXT } from './clean-text'
import type { Cooling } from './cooling'
import { grantSubject } from './credential'
import type { TrailEvent } from './events'
import type { AgentId, GrantId, RequestId, ScopeId } from './ids'
import type { IssueFacts } from './issue'
import { SubmitRequest } from './request'
import { attemptOf, type RequestRecord } from './request-record'
import { done, type Outcome, refused } from './result'
import type { Scope } from './scope'
import { requestStatus } from './status'
import { areCounted, type Cap } from './uses'
import type { WireReason } from './wire-reasons'

/** How long a proposal waits for its human. */
export const STEP_SECONDS = 24 * 3600

/** How many proposals of one agent may wait for one person, and how many it makes in an hour. */
export const MAX_STEPS = { waiting: 5, perHour: 20 } as const

/** What an agent asks its human for: more than its grant gives. Members that are not known are refused. */
export const StepAsk = z.strictObject({
  /** RFC 9396: every action at every location is one scope. */
  authorization_details: AuthorizationDetails,
  /** For how long, in seconds. Rounded up to whole minutes. */
  expires_in: z.int().min(60).max(604_800),
  justification: CLEAN_TEXT.min(1).max(4000),
  /** Left out: that of the grant's own request. */
  goal: CLEAN_LINE.min(1).max(300).exactOptional(),
})
export type StepAsk = z.infer<typeof StepAsk>

const MAX_SCOPES = 50

/**
 * The scopes on offer that are asked for, or null when one of them is not offered. `uses` is the number of the grant under
 * which it is asked: an item of that grant may be sent as it was handed out. How many uses there will be is for who signs.
 */
export function scopesAskedFor(
  offered: readonly Scope[],
  { authorization_details: details }: Pick<StepAsk, 'authorization_details'>,
  uses: Cap = null,
): Scope[] | null {
  const found = new Set<Scope>()
  for (const { type, actions, locations, datatypes, identifier, uses: said } of details) {
    if (identifier !== undefined || (said !== undefined && said !== uses)) return null
    for (const location of locations)
      for (const action of actions) {
        const scope = offered.find(
          (one) => one.action === action && one.resource === location && one.serverType === type,
        )
        if (!scope || (datatypes && !datatypes.includes(scope.dataDomain))) return null
        if (said !== undefined && !areCounted([scope])) return null
        found.add(scope)
      }
  }
  return found.size > 0 && found.size <= MAX_SCOPES ? [...found] : null
}

/** An earlier proposal of the same agent to the same person, of the last day. */
export type EarlierStep = { state: 'waiting' | 'declined'; scopeIds: readonly ScopeId[] }

const holdsAll = (asked: readonly ScopeId[], of: readonly ScopeId[]) => of.every((id) => asked.includes(id))

/**
 * Why an agent may not propose this now. What its human declined, or an approver denied within the window that policy
 * sets, is not asked again with more around it; what waits is not asked twice.
 */
export function stepProblem(
  asked: readonly ScopeId[],
  { earlier, cooling }: { earlier: readonly EarlierStep[]; cooling: Cooling | null },
): WireReason | null {
  if (cooling) return 'step_declined'
  if (earlier.some(({ state, scopeIds }) => state === 'declined' && holdsAll(asked, scopeIds)))
    return 'step_declined'
  const waiting = earlier.filter(({ state }) => state === 'waiting')
  if (waiting.some(({ scopeIds }) => holdsAll(scopeIds, asked))) return 'step_waiting'
  return waiting.length >= MAX_STEPS.waiting ? 'step_too_many' : null
}

type Proposed = { requestId: RequestId; scopes: readonly Scope[]; durationSeconds: number; answerBy: Date }

/** The trace of a proposal. Nothing is decided with it, and nothing is given. */
export const proposedEvent = (
  facts: IssueFacts,
  { requestId, scopes, durationSeconds, answerBy }: Proposed,
  texts: { goal: string; justification: string },
): TrailEvent => ({
  type: 'request.proposed',
  outcome: 'held',
  ...grantSubject(facts),
  requestId,
  agentId: facts.agent.id,
  decisionIds: facts.grant.decisionIds,
  data: {
    ...{ under: facts.grant.id, underRequest: facts.grant.requestId, environment: facts.grant.environment },
    ...{ durationSeconds, answerBy: answerBy.toISOString() },
    scopes: scopes.map(({ action, resource, sensitivity }) => ({ action, resource, sensitivity })),
  },
  texts,
})

/** The trace of a proposal that was not taken. */
export const notProposedEvent = (
  facts: IssueFacts,
  reason: WireReason,
  scopes: readonly Scope[],
): TrailEvent => ({
  type: 'request.not_proposed',
  outcome: 'refused',
  ...grantSubject(facts),
  agentId: facts.agent.id,
  decisionIds: facts.grant.decisionIds,
  data: { reason, scopes: scopes.map(({ action, resource }) => ({ action, resource })) },
})

type Own = { actor: Actor; request: RequestRecord; now: Date }

/** Why somebody cannot answer a proposal, or null. It exists for its human only. */
function answerProblem({ actor, request, now }: Own, act: string): Outcome<never> | null {
  if (request.requester.id !== actor.personId) return refused('not_found', attemptOf(actor, request, act))
  return requestStatus(request, request.grant, now) === 'proposed' ? null : refused('proposal_closed')
}

/** Whether it can be confirmed by this person now. Policy is asked then, not before. */
export const confirmProblem = (own: Own): Outcome<never> | null => answerProblem(own, 'request.confirm')

const namedIn = (ids: readonly AgentId[] = [], depth = 1): string =>
  ids.length === 0 ? '' : [...[...ids].sort(), depth].join(' ')

/** What of a proposal its human changed, by the names of the form. */
export function changedIn(request: RequestRecord, input: SubmitRequest): string[] {
  const before = {
    goal: request.goal,
    scopes: request.scopes
      .map(({ id }) => id)
      .sort()
      .join(' '),
    duration: Math.ceil(request.durationSeconds / 60),
    justification: request.justification,
    ticket: request.ticket,
    environment: request.environment,
    subAgents: namedIn(
      request.delegation?.agents.map(({ id }) => id),
      request.delegation?.depth,
    ),
  }
  const after: Record<keyof typeof before, unknown> = {
    goal: input.goal,
    scopes: [...input.scopeIds].sort().join(' '),
    duration: input.durationMinutes,
    justification: input.justification,
    ticket: input.ticket,
    environment: input.environment,
    subAgents: namedIn(input.subAgentIds, input.subAgentDepth),
  }
  return Object.entries(before).flatMap(([name, value]) =>
    Object.entries(after).some(([same, then]) => same === name && then === value) ? [] : [name],
  )
}

/** What a person confirms when they change nothing. It is read as a form is: what was stored is not believed either. */
export const asProposed = (request: RequestRecord) =>
  SubmitRequest.safeParse({
    agentId: request.agent.id,
    goal: request.goal,
    scopeIds: request.scopes.map(({ id }) => id),
    durationMinutes: Math.ceil(request.durationSeconds / 60),
    justification: request.justification,
    ticket: request.ticket,
    environment: request.environment,
  })

/** The trace that a person took what an agent proposed as their own, and whether they changed it. */
export const confirmedEvent = ({ actor, request }: Own, changed: readonly string[]): TrailEvent => ({
  type: 'request.confirmed',
  outcome: 'done',
  tenantId: request.tenantId,
  humanId: actor.personId,
  agentId: request.agent.id,
  requestId: request.id,
  ...(request.proposedUnder ? { grantId: request.proposedUnder } : {}),
  data: { changed: [...changed] },
})

/** Why somebody declines. May stay empty. */
export const DeclineReason = CLEAN_TEXT.max(1000, 'Keep the reason under 1,000 characters.').default('')

/** Its human says no. Nothing was decided and nothing is given. */
export function declineStep(own: Own, reason: string): Outcome<{ id: RequestId }> {
  const problem = answerProblem(own, 'request.decline')
  if (problem) return problem
  const { actor, request } = own
  return done(
    { id: request.id },
    {
      type: 'request.declined',
      outcome: 'refused',
      tenantId: request.tenantId,
      humanId: actor.personId,
      agentId: request.agent.id,
      requestId: request.id,
      ...(request.proposedUnder ? { grantId: request.proposedUnder } : {}),
      data: { version: request.version },
      ...(reason ? { texts: { reason } } : {}),
    },
  )
}

/** A proposal as its agent sees it. Once it is live, its grant stands among the agent's grants. */
export const stepView = (of: {
  id: RequestId
  state: 'proposed' | 'lapsed' | 'declined' | 'confirmed'
  answerBy: Date
  under: GrantId
}) => ({ id: of.id, grant: of.under, state: of.state, answer_by: of.answerBy.toISOString() })
