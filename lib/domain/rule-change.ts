import { z } from 'zod'
import {
  AgentRegistration,
  isAgentRegistration,
  type RegistrationFacts,
  registrationEffect,
} from './agent-registration'
import { HoursChange, type HoursState, setHoursEffect } from './hours-change'
import type { PersonId, ProposalId, TenantId } from './ids'
import { type ChangeFacts, type Effect, effectOf, gainsOf, PeopleChange } from './people-change'
import { ANSWER_PROPOSAL_SECONDS, type Proposal } from './proposal'
import { type Result, refusal } from './result'
import { isServerChange, ServerChange, type ServerFacts, serverEffect } from './server-change'
import { isTemplateChange, TemplateChange, type TemplateFacts, templateEffect } from './template-change'
import { isTrustChange, TrustChange, type TrustFacts, trustEffect } from './trust-change'
import { addWebhookEffect, WebhookChange } from './webhook'
import type { WebhookState } from './webhook-state'

/** Every change of the rules that a second administrator activates. */
export const RuleChange = z.discriminatedUnion('kind', [
  ...PeopleChange.options,
  WebhookChange,
  HoursChange,
  ...TrustChange.options,
  ...ServerChange.options,
  ...AgentRegistration.options,
  ...TemplateChange.options,
])
export type RuleChange = z.infer<typeof RuleChange>

export type RuleProposal = Proposal<RuleChange>

export type RuleFacts = ChangeFacts & {
  webhook: WebhookState | null
  hours: HoursState | null
  trust: TrustFacts | null
  server: ServerFacts | null
  registration: RegistrationFacts | null
  template: TemplateFacts | null
}

/** What a change does to what is there now, or why it cannot be made. */
export function ruleEffect(
  change: RuleChange,
  { webhook, hours, trust, server, registration, template, ...facts }: RuleFacts,
): Result<Effect> {
  if (isTrustChange(change)) return trust ? trustEffect(change, trust) : refusal('not_found')
  if (isServerChange(change)) return server ? serverEffect(change, server) : refusal('not_found')
  if (isAgentRegistration(change))
    return registration ? registrationEffect(change, registration) : refusal('not_found')
  if (isTemplateChange(change)) return template ? templateEffect(change, template) : refusal('not_found')
  if (change.kind === 'webhook.add') return addWebhookEffect(change, webhook)
  return change.kind === 'hours.set' ? setHoursEffect(change, hours) : effectOf(change, facts)
}

/** Whom a change benefits. */
const ruleGains = (change: RuleChange): PersonId | null =>
  change.kind === 'webhook.add' ||
  change.kind === 'hours.set' ||
  isTrustChange(change) ||
  isServerChange(change) ||
  isAgentRegistration(change) ||
  isTemplateChange(change)
    ? null
    : gainsOf(change)

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
