import { type Actor, may } from './access'
import { exclusionOf, FRESH_SIGN_IN_SECONDS, signersOf } from './approval'
import type { TrailEvent } from './events'
import type { PersonId, PolicySetVersion, RequestId } from './ids'
import type { JsonObject } from './json'
import { type SignedTerms, scopesToSign } from './preimage'
import type { RefusalCode } from './refusals'
import type { Filing } from './request'
import type { RequestRecord, VotingFacts } from './request-record'
import type { Refusal } from './result'

export const BREAK_GLASS_MINUTES = 15

/** A use of break-glass as it is kept, and its review once somebody else has signed it. */
export type BreakGlass = {
  requestId: RequestId
  personId: PersonId
  digest: string
  signed: Date
  review: { by: PersonId; byName: string; at: Date; note: string } | null
}

/** Why glass cannot be broken for this, once policy was asked with and without it. */
export function breakGlassProblem({ input, decisions, skipped = [] }: Filing): Refusal | null {
  if (input.durationMinutes > BREAK_GLASS_MINUTES)
    return {
      code: 'invalid',
      fields: { durationMinutes: `Break-glass lasts at most ${BREAK_GLASS_MINUTES} minutes.` },
    }
  // Nobody countersigns it, so there is no signature that could count for anybody else.
  if (input.subAgentIds?.length)
    return { code: 'invalid', fields: { subAgentIds: 'Break-glass names no sub-agents.' } }
  const refused = decisions.filter(({ answer }) => answer.verdict === 'refused')
  const says = refused.flatMap(({ answer }) => answer.policies.map((note) => note.says))
  if (refused.length > 0) return { code: 'refused_by_policy', says: [...new Set(says)].join(' ') }
  if (decisions.some(({ answer }) => answer.verdict === 'held')) return { code: 'break_glass_held' }
  return skipped.length === 0 ? { code: 'break_glass_needless' } : null
}

type Asked = Omit<
  SignedTerms,
  'version' | 'stage' | 'verdict' | 'approver' | 'deputyFor' | 'escalatedTo' | 'uses' | 'delegation'
> & {
  reasonDigest: string
}

/** What a requester signs to break glass: all that approvers would have signed, and the digest of the reason. */
export const breakGlassPreimage = ({ requestId, scopes, environment, ...terms }: Asked): JsonObject => ({
  type: 'countersign-break-glass/v1',
  request: { id: requestId, version: 1 },
  scopes: scopesToSign(scopes),
  environments: [environment],
  breakGlass: true,
  ...terms,
})

type Reviewing = {
  issuer: string
  request: { id: RequestId; version: number }
  requester: PersonId
  reviewer: PersonId
  /** The digest of what the requester signed. */
  breakGlass: string
  policySet: PolicySetVersion
  nonce: string
}

/** What a reviewer signs: that they have looked at this very use. */
export const reviewPreimage = (of: Reviewing): JsonObject => ({
  type: 'countersign-break-glass-review/v1',
  ...of,
})

/** Why this person does not review this use, or null. Who could have been asked may, and so may an administrator. */
export function reviewProblem(
  actor: Actor,
  { request, facts, isOpen, now }: { request: RequestRecord; facts: VotingFacts; isOpen: boolean; now: Date },
): RefusalCode | null {
  if (!may(actor, 'break_glass.review')) return 'not_allowed'
  if (!isOpen) return 'not_to_review'
  const excluded = exclusionOf(actor.personId, facts.exclusions)
  if (excluded) return excluded
  const sits = request.stages.some((stage) => signersOf(stage, facts).includes(actor.personId))
  if (!sits && !actor.roles.includes('administrator')) return 'not_in_stage'
  const isStale = now.getTime() - actor.signedInAt.getTime() > FRESH_SIGN_IN_SECONDS * 1000
  return isStale ? 'stale_sign_in' : null
}

export const breakGlassRefused = (
  { tenantId, personId }: Pick<Actor, 'tenantId' | 'personId'>,
  reason: RefusalCode,
  about: Partial<TrailEvent> = {},
): TrailEvent => ({
  ...about,
  type: 'break_glass.refused',
  outcome: 'refused',
  tenantId,
  humanId: personId,
  data: { reason },
})

/** Somebody broke glass: with what, past whom, until when. */
export const usedEvent = (
  { actor, agent, requestId, decisions, skipped = [], input }: Filing,
  { digest, passkey }: { digest: string; passkey: string },
): TrailEvent => ({
  type: 'break_glass.used',
  outcome: 'allowed',
  tenantId: actor.tenantId,
  humanId: actor.personId,
  agentId: agent.id,
  requestId,
  decisionIds: decisions.map(({ id }) => id),
  data: {
    digest,
    passkey,
    minutes: input.durationMinutes,
    stages: skipped.map(({ name, quorum, tenantId }) => ({ name, quorum, tenant: tenantId })),
  },
  texts: { reason: input.justification },
})

export const reviewedEvent = (
  actor: Actor,
  request: RequestRecord,
  of: { digest: string; passkey: string | null; note: string },
): TrailEvent => ({
  type: 'break_glass.reviewed',
  outcome: 'done',
  tenantId: request.tenantId,
  humanId: actor.personId,
  agentId: request.agent.id,
  requestId: request.id,
  ...(request.grant ? { grantId: request.grant.id } : {}),
  data: { digest: of.digest, by: request.requester.id, ...(of.passkey ? { passkey: of.passkey } : {}) },
  texts: { note: of.note },
})
