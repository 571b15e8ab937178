import type { z } from 'zod'
import { findAgent } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { type GroupRecord, listGroups } from '@/lib/data/groups'
import { rolesOf } from '@/lib/data/people'
import { findPolicySet } from '@/lib/data/policy-sets'
import { findVotingFacts } from '@/lib/data/requests'
import { findScopes } from '@/lib/data/scopes'
import { findGoal } from '@/lib/data/templates'
import { findWorkingHours } from '@/lib/data/working-hours'
import { type Actor, may } from '@/lib/domain/access'
import { everSignersOf } from '@/lib/domain/approval'
import type { ScopeId } from '@/lib/domain/ids'
import type { PolicyNote, Verdict } from '@/lib/domain/question'
import { SubmitRequest } from '@/lib/domain/request'
import type { VotingFacts } from '@/lib/domain/request-record'
import { type Result, refusal } from '@/lib/domain/result'
import type { Stage } from '@/lib/domain/stages'
import { type AskedPerson, whoIsAsked } from '@/lib/domain/who-is-asked'
import { decide } from '@/lib/policy/decide'
import { counterfactuals, summarise } from '@/lib/policy/explain'
import { questionsOf } from '../facts/ask-policy'
import { policyInForce } from '../facts/policy-in-force'

export const PreviewRequest = SubmitRequest.pick({
  agentId: true,
  scopeIds: true,
  durationMinutes: true,
  environment: true,
  templateId: true,
})
export type PreviewRequest = z.infer<typeof PreviewRequest>

/** A stage with who will be asked to sign it, and who of them cannot answer now. */
export type PreviewStage = Stage & {
  groupName: string
  signers: number
  asked: AskedPerson[]
  /** The second group, and who of it would be asked. */
  later: { groupName: string; asked: AskedPerson[] } | null
}

export type Preview = {
  verdict: Verdict
  stages: PreviewStage[]
  scopes: {
    scopeId: ScopeId
    action: string
    resource: string
    verdict: Verdict
    policies: readonly PolicyNote[]
  }[]
  suggestions: string[]
  refusedScopeIds: ScopeId[]
  policySerial: number
}

/** What policy would say of these terms, without storing or promising anything. */
export async function previewRequest(actor: Actor, input: PreviewRequest): Promise<Result<Preview>> {
  if (!may(actor, 'request.file')) return refusal('not_allowed')
  const [roles, agent, offered, goal, now, set, hours] = await Promise.all([
    rolesOf(actor.personId, actor.tenantId),
    findAgent(actor.tenantId, input.agentId),
    findScopes(input.scopeIds),
    input.templateId ? findGoal(actor.tenantId, input.templateId) : null,
    databaseNow(),
    policyInForce(),
    findWorkingHours(actor.tenantId),
  ])
  const scopes = offered.filter(({ tenantId }) => tenantId === actor.tenantId)
  if (!agent) return refusal('agent_unknown')
  if (scopes.length === 0) return refusal('scope_unknown')
  const questions = questionsOf({
    agent,
    scopes,
    now,
    hours,
    requester: { id: actor.personId, roles },
    goalCategory: goal?.goalCategory ?? 'own',
    durationSeconds: input.durationMinutes * 60,
    environment: input.environment,
    approvedEnvironment: input.environment,
  })
  const answers = questions.map((question) => ({ scope: question.scope, answer: decide(set, question) }))
  const summary = summarise(answers)
  const requester = { id: actor.personId, issuer: actor.issuer, subject: actor.subject }
  const [facts, groups, stored] = await Promise.all([
    findVotingFacts({ tenantId: actor.tenantId, requester, agent, scopes }),
    listGroups(actor.tenantId),
    findPolicySet(set.version),
  ])
  return {
    ok: true,
    value: {
      verdict: summary.verdict,
      stages: summary.stages.map((stage) => previewStage(stage, groups, facts)),
      scopes: answers.map(({ scope, answer }) => ({
        scopeId: scope.id,
        action: scope.action,
        resource: scope.resource,
        verdict: answer.verdict,
        policies: answer.policies,
      })),
      suggestions: counterfactuals(set, questions),
      refusedScopeIds: summary.refused.map(({ id }) => id),
      policySerial: stored?.serial ?? 0,
    },
  }
}

function previewStage(stage: Stage, groups: readonly GroupRecord[], facts: VotingFacts): PreviewStage {
  const of = (slug: string) => {
    const group = groups.find((one) => one.slug === slug && one.tenantId === stage.tenantId)
    const asked = whoIsAsked(group?.members ?? [], facts.exclusions, stage)
    return { groupName: group?.name ?? slug, asked }
  }
  return {
    ...stage,
    ...of(stage.name),
    signers: everSignersOf(stage, facts).length,
    later: stage.escalate ? of(stage.escalate.to) : null,
  }
}
