import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findIdentifiedAgent } from '@/lib/data/trust'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { readConditions } from '@/lib/domain/claim-conditions'
import type { IdentityEdit } from '@/lib/domain/identity-edit'
import { AgentId, IdentityId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import { AS_TRUST_DOMAIN } from '@/lib/domain/spiffe-workload'
import { SUBJECT_PROBLEMS } from '@/lib/domain/subject-rules'
import { type Proposed, prepareProposal } from '../facts/propose'
import { ConditionsText, KeyText, readKey, wrong } from '../facts/proposed-fields'

const which = { agentId: AgentId, identityId: IdentityId }

export const ChangeIdentity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conditions'), ...which, conditions: ConditionsText }),
  z.object({ kind: z.literal('rotate'), ...which, key: KeyText }),
  z.object({ kind: z.literal('environment'), ...which, environment: z.string().trim().max(500).default('') }),
])
export type ChangeIdentity = z.infer<typeof ChangeIdentity>

/** Proposes other conditions of a subject, another environment, or the key that is to follow another of the same agent. */
export async function changeIdentity(
  actor: Actor,
  act: Act,
  input: ChangeIdentity,
): Promise<Result<Proposed>> {
  const agent = await findIdentifiedAgent(actor.tenantId, input.agentId)
  if (!agent) return refusal('not_found')
  if (!may(actor, 'agent.change')) {
    const attempt = input.kind === 'rotate' ? 'identity.rotate' : 'identity.change'
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, attempt, 'not_allowed')))
  }
  const change = editOf(agent.identities, input)
  if (!change.ok) return change
  const prepared = await prepareProposal(actor, change.value)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}

type Identities = NonNullable<Awaited<ReturnType<typeof findIdentifiedAgent>>>['identities']

function editOf(identities: Identities, input: ChangeIdentity): Result<IdentityEdit> {
  const { agentId, identityId } = input
  if (input.kind === 'environment') {
    const byDomain = input.environment === AS_TRUST_DOMAIN
    const environment = byDomain ? null : input.environment || null
    return { ok: true, value: { kind: 'identity.environment', agentId, identityId, environment, byDomain } }
  }
  if (input.kind === 'rotate') {
    const key = readKey(input.key)
    return key.ok ? { ok: true, value: { kind: 'identity.rotate', agentId, identityId, ...key.value } } : key
  }
  const identity = identities.find(({ id }) => id === identityId)
  if (identity?.kind !== 'subject') return refusal('not_found')
  const conditions = readConditions(input.conditions)
  if (!conditions.ok) return wrong('conditions', conditions.problem)
  const { issuerKind, subject } = identity.of
  const problem = SUBJECT_PROBLEMS[issuerKind](subject, conditions.value)
  if (problem) return wrong('conditions', problem[1])
  return {
    ok: true,
    value: { kind: 'identity.conditions', agentId, identityId, conditions: conditions.value },
  }
}
