import { webhookSecretText } from '@/lib/credentials/webhook-signature'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newId, newSecret } from '@/lib/data/new-id'
import { listAdministrators } from '@/lib/data/person-states'
import { listWebhooks } from '@/lib/data/webhooks'
import { holdAdministrators } from '@/lib/data/write-people'
import { insertProposal } from '@/lib/data/write-proposals'
import { activateWebhook, insertWebhook } from '@/lib/data/write-webhooks'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { isAlone } from '@/lib/domain/administrators'
import { webhookPermit } from '@/lib/domain/egress-settings'
import type { WebhookId } from '@/lib/domain/ids'
import { activationEvents } from '@/lib/domain/people-events'
import { madeEvent, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { openProposal } from '@/lib/domain/rule-change'
import {
  addressProblem,
  addWebhookEffect,
  MOST_WEBHOOKS,
  NewWebhook,
  type WebhookChange,
} from '@/lib/domain/webhook'
import type { WebhookState } from '@/lib/domain/webhook-state'
import { sha256 } from '@/lib/identity/digest'
import { settings } from '../facts/settings'
import { sealWebhook } from '../facts/webhook-seal'

export const AddWebhook = NewWebhook

/** `secret` is shown this once. A message for Slack is not signed, so it has none. */
export type AddedWebhook = { webhookId: WebhookId; secret: string | null; state: 'open' | 'activated' }

const webhookOf = (
  { tenantId, personId }: Actor,
  { url, form, kinds }: NewWebhook,
  now: Date,
): WebhookState => ({
  ...{ id: newId('WebhookId'), tenantId, form, kinds: [...new Set(kinds)], addedBy: personId, added: now },
  ...{ origin: new URL(url).origin, digest: sha256(url), rev: 1 },
  ...{ active: null, failingSince: null, suspended: null, removed: null },
})

/**
 * Proposes to tell an address outside. It is told nothing until another administrator activates it; where there is no
 * other, this one step does, and the trail says so.
 */
export async function addWebhook(actor: Actor, act: Act, input: NewWebhook): Promise<Result<AddedWebhook>> {
  if (!may(actor, 'webhook.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'webhook.add', 'not_allowed')))
  const problem = addressProblem(new URL(input.url), webhookPermit(settings()))
  if (problem) return refusal('invalid', { fields: { url: problem } })
  const { tenantId, personId: by } = actor
  const [now, administrators, there] = await Promise.all([
    databaseNow(),
    listAdministrators(tenantId),
    listWebhooks(tenantId),
  ])
  if (there.length >= MOST_WEBHOOKS) return refusal('too_many_webhooks')
  const webhook = webhookOf(actor, input, now)
  const change: WebhookChange = { kind: 'webhook.add', webhookId: webhook.id, digest: webhook.digest }
  const weighed = addWebhookEffect(change, webhook)
  if (!weighed.ok) return weighed
  const effect = weighed.value
  const secret = input.form === 'slack' ? null : webhookSecretText(Buffer.from(newSecret(), 'base64url'))
  const sealed = sealWebhook(webhook.id, { url: input.url, secret: secret ?? '' })
  const proposal = openProposal(actor, change, { id: newId('ProposalId'), seen: effect.before, now })
  const answer = { webhookId: webhook.id, secret }
  if (!isAlone(administrators, by, now))
    return commit(
      act,
      done<AddedWebhook>({ ...answer, state: 'open' }, madeEvent(proposal, effect)),
      async (tx) => {
        await insertWebhook(tx, webhook, sealed)
        await insertProposal(tx, proposal, null)
      },
    )
  const agreed = { effect, group: undefined, webhook, votes: [], by, isAlone: true }
  const outcome = done<AddedWebhook>({ ...answer, state: 'activated' }, ...activationEvents(proposal, agreed))
  return commit(act, outcome, async (tx) => {
    await holdAdministrators(tx, actor, administrators)
    await insertWebhook(tx, webhook, sealed)
    await insertProposal(tx, { ...proposal, state: 'activated' }, { by, at: now })
    await activateWebhook(tx, webhook, now)
  })
}
