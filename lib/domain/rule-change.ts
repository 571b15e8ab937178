import { z } from 'zod'
import type { PersonId, ProposalId, TenantId } from './ids'
import { type ChangeFacts, type Effect, effectOf, gainsOf, PeopleChange } from './people-change'
import { ANSWER_PROPOSAL_SECONDS, type Proposal } from './proposal'
import { type Result, refusal } from './result'
import { isTrustChange, TrustChange, type TrustFacts, trustEffect } from './trust-change'
import { addWebhookEffect, WebhookChange } from './webhook'
import type { WebhookState } from './webhook-state'

/** Every change of the rules that a second administrator activates. */
export const RuleChange = z.discriminatedUnion('kind', [
  ...PeopleChange.options,
  WebhookChange,
  ...TrustChange.options,
])
export type RuleChange = z.infer<typeof RuleChange>

export type RuleProposal = Proposal<RuleChange>

export type RuleFacts = ChangeFacts & { webhook: WebhookState | null; trust: TrustFacts | null }

/** What a change does to what is there now, or why it cannot be made. */
export function ruleEffect(change: RuleChange, { webhook, trust, ...facts }: RuleFacts): Result<Effect> {
  if (isTrustChange(change)) return trust ? trustEffect(change, trust) : refusal('not_found')
  return change.kind === 'webhook.add' ? addWebhookEffect(change, webhook) : effectOf(change, facts)
}

/** Whom a change benefits. */
const ruleGains = (change: RuleChange): PersonId | null =>
  change.kind === 'webhook.add' || isTrustChange(change) ? null : gainsOf(change)

/** A change that an administrator proposes now. */
export const openProposal = (
  { personId, tenantId }: { personId: PersonId; tenantId: TenantId },
  change: RuleChange,
  { id, seen, now }: { id: ProposalId; seen: string; now: Date },
): RuleProposal => ({
  id,
  tenantId,
  change,
  seen,
  gains: ruleGains(change),
  proposedBy: personId,
  proposed: now,
  answerBy: new Date(now.getTime() + ANSWER_PROPOSAL_SECONDS * 1000),
  state: 'open',
})
