import { findAgent, findAgents } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import { rolesOf } from '@/lib/data/people'
import { findVotingFacts } from '@/lib/data/requests'
import { findScopes } from '@/lib/data/scopes'
import { findGoal } from '@/lib/data/templates'
import { findWorkingHours } from '@/lib/data/working-hours'
import type { Actor } from '@/lib/domain/access'
import { everSignersOf } from '@/lib/domain/approval'
import { delegationToSign } from '@/lib/domain/delegation'
import { delegationAsked } from '@/lib/domain/delegation-asked'
import type { Grounds } from '@/lib/domain/grounds'
import type { RequestId, TemplateId } from '@/lib/domain/ids'
import { type Filing, filingProblem, type SubmitRequest, stagesOf } from '@/lib/domain/request'
import { type Result, refusal } from '@/lib/domain/result'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import { decideScopes } from './ask-policy'
import { policyInForce } from './policy-in-force'

/** The kind of goal of a request that follows no template. */
const OWN_GOAL = 'own'

type Of = {
  requestId: RequestId
  version: number
  breakGlass?: boolean
  /** The template of the version before: it may be kept though nobody can choose it any more. */
  filedWith?: TemplateId | null
}

/** Everything filing or editing is decided with: agent, scopes, one decision a scope, the clock. */
export async function gatherFiling(
  actor: Actor,
  input: SubmitRequest,
  { breakGlass = false, filedWith = null, ...of }: Of,
): Promise<Result<Filing>> {
  const { templateId } = input
  const [roles, agent, subAgents, offered, goal, now, set, hours] = await Promise.all([
    rolesOf(actor.personId, actor.tenantId),
    findAgent(actor.tenantId, input.agentId),
    findAgents(actor.tenantId, input.subAgentIds ?? []),
    findScopes(input.scopeIds),
    templateId ? findGoal(actor.tenantId, templateId) : null,
    databaseNow(),
    policyInForce(),
    findWorkingHours(actor.tenantId),
  ])
  if (!actor.roles.every((role) => roles.includes(role))) return refusal('changed_meanwhile')
  const scopes = offered.filter(({ tenantId }) => tenantId === actor.tenantId)
  const problem = filingProblem(input, agent, scopes)
  if (problem || !agent) return { ok: false, refusal: problem ?? { code: 'agent_unknown' } }
  const handing = delegationAsked(input, subAgents)
  if ('code' in handing) return { ok: false, refusal: handing }
  if (goal?.retired && templateId !== filedWith) return refusal('template_retired')
  const goalCategory = goal?.goalCategory ?? OWN_GOAL
  const terms = {
    agent,
    scopes,
    goalCategory,
    now,
    hours,
    requester: { id: actor.personId, roles },
    durationSeconds: input.durationMinutes * 60,
    environment: input.environment,
    approvedEnvironment: input.environment,
  }
  const decisions = decideScopes(set, { ...terms, breakGlass })
  if (decisions.some(({ answer }) => answer.errors.length > 0 && answer.policies.length === 0))
    return refusal('policy_unavailable')
  const filing: Filing = {
    actor,
    roles,
    input,
    agent,
    goalCategory,
    delegation: handing.delegation,
    decisions,
    policySet: set.version,
    grantId: newId('GrantId'),
    now,
    ...of,
    ...(breakGlass ? { skipped: stagesOf(decideScopes(set, terms)) } : {}),
  }
  const unfillable = await unfillableStage(filing)
  return unfillable ? refusal('stage_unfillable', { says: unfillable }) : { ok: true, value: filing }
}

/** A stage that could never be signed is said at once, not after a day. */
async function unfillableStage({ actor, agent, decisions }: Filing): Promise<string | null> {
  if (decisions.some(({ answer }) => answer.verdict === 'refused')) return null
  const stages = stagesOf(decisions)
  if (stages.length === 0) return null
  const requester = { id: actor.personId, issuer: actor.issuer, subject: actor.subject }
  const scopes = decisions.map(({ scope }) => scope)
  const facts = await findVotingFacts({ tenantId: actor.tenantId, requester, agent, scopes })
  const stage = stages.find((candidate) => everSignersOf(candidate, facts).length < candidate.quorum)
  if (!stage) return null
  return `${stage.name} needs ${stage.quorum} people who may sign this, and has ${everSignersOf(stage, facts).length}. An administrator can add people to its group.`
}

/** What a filing was decided on. Nobody has signed anything yet. */
export const filingGrounds = ({ actor, roles, agent, decisions, policySet }: Filing): Grounds => ({
  decidedBy: policySet,
  agent,
  requesterId: actor.personId,
  holders: [{ personId: actor.personId, tenantId: actor.tenantId, roles }],
  memberships: [],
  scopes: decisions.map(({ scope }) => scope),
})

/** Decides once more when what it was decided on has moved: whoever files was shown nothing that they signed. */
export async function onceMore<T>(attempt: () => Promise<Result<T>>): Promise<Result<T>> {
  const first = await attempt()
  return !first.ok && first.refusal.code === 'changed_meanwhile' ? attempt() : first
}

/** SHA-256, hex, of what the requester filed: the microprint of the requester's line. */
export const filingDigest = ({ requestId, version, actor, input, decisions, delegation }: Filing): string =>
  sha256(
    canonicalJson({
      type: 'countersign-request/v1',
      request: { id: requestId, version },
      requester: actor.personId,
      agent: input.agentId,
      scopes: decisions.map(({ scope }) => scope.id).sort(),
      environment: input.environment,
      durationSeconds: input.durationMinutes * 60,
      goal: input.goal,
      justification: input.justification,
      ticket: input.ticket,
      ...(delegation ? { delegation: delegationToSign(delegation) } : {}),
    }),
  ).toString('hex')
