import { z } from 'zod'
import type { TrailEvent } from './events'
import { type PersonId, WebhookId } from './ids'
import type { JsonObject } from './json'
import { ALL_KINDS, NOTICE_SUBJECTS, type NoticeKind } from './notice'
import { NoticeKindName } from './notice-kind'
import { kindOfAddress, mayCall, type Permit } from './outgoing-address'
import type { Effect } from './people-change'
import { plainAddress } from './plain-address'
import { type Result, refusal } from './result'
import { WEBHOOK_FORMS, type WebhookState } from './webhook-state'

export const WebhookFormName = z.enum(['standard', 'slack'])

/** So many addresses a tenant may tell. */
export const MOST_WEBHOOKS = 20

export const NewWebhook = z.object({
  url: z
    .string()
    .trim()
    .max(2000, 'Keep the address under 2,000 characters.')
    .refine(
      (text) => plainAddress(text) !== null,
      'Give an address like https://hooks.example.org/countersign.',
    ),
  form: WebhookFormName,
  kinds: z.array(NoticeKindName, 'Choose at least one.').min(1, 'Choose at least one.').max(ALL_KINDS.length),
})
export type NewWebhook = z.infer<typeof NewWebhook>

/** The change of the rules that a new address is. The address itself is sealed: here stands its digest. */
export const WebhookChange = z.object({
  kind: z.literal('webhook.add'),
  webhookId: WebhookId,
  digest: z.string().regex(/^[\w-]{43}$/),
})
export type WebhookChange = z.infer<typeof WebhookChange>

/** Why an address cannot be told from here at all, before anything is connected to. Names are checked when called. */
export function addressProblem(url: URL, permit: Permit): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':')
  if (isAddress && !mayCall(host, permit))
    return kindOfAddress(host) === 'never'
      ? 'This address is never called.'
      : 'This address is private. Whoever runs Countersign has to allow it first.'
  const isInsideOpen = permit.loopback || permit.inside.length > 0
  if (url.protocol === 'http:' && !isInsideOpen) return 'The address has to begin with https.'
  return null
}

const kindWords = (kinds: readonly NoticeKind[]) =>
  kinds.length === ALL_KINDS.length ? 'everything' : kinds.map((kind) => NOTICE_SUBJECTS[kind]).join('; ')

/** What putting an address in force comes to, if it is still the one that was proposed. */
export function addWebhookEffect(change: WebhookChange, webhook: WebhookState | null): Result<Effect> {
  if (!webhook || webhook.removed || webhook.digest !== change.digest) return refusal('not_found')
  if (webhook.active) return refusal('nothing_to_change')
  const { origin, form, kinds, digest, rev } = webhook
  const after = `${WEBHOOK_FORMS[form]} to ${origin}, address ${digest.slice(0, 12)}: ${kindWords(kinds)}`
  return { ok: true, value: { of: `Webhook to ${origin}`, before: 'none', after, falls: [], rev } }
}

/** What the trail keeps of an address: where, and never the whole of it. */
export const webhookData = ({ id, origin, digest, form, kinds }: WebhookState): JsonObject => ({
  webhook: id,
  origin,
  digest,
  form,
  kinds: [...kinds],
})

/** What an administrator did with an address. */
export const webhookEvent = (
  type: 'webhook.removed' | 'webhook.resumed' | 'webhook.tested' | 'webhook.replayed',
  webhook: WebhookState,
  by: PersonId,
  more: JsonObject = {},
): TrailEvent => ({
  type,
  outcome: 'done',
  tenantId: webhook.tenantId,
  humanId: by,
  data: { webhook: webhook.id, origin: webhook.origin, ...more },
})

/** A receiver that took nothing for a day is told no more, until somebody says so. */
export const suspendedEvent = ({ id, tenantId, origin, failingSince }: WebhookState): TrailEvent => ({
  type: 'webhook.suspended',
  outcome: 'held',
  tenantId,
  data: { webhook: id, origin, ...(failingSince ? { failingSince: failingSince.toISOString() } : {}) },
})
