import type { PersonId, TenantId, WebhookId } from './ids'
import type { NoticeKind } from './notice'

/** What a receiver gets. */
export const WEBHOOK_FORMS = {
  standard: 'Signed JSON',
  slack: 'Slack message',
} as const satisfies Record<string, string>
export type WebhookForm = keyof typeof WEBHOOK_FORMS

/** An address outside, without what is sealed of it. */
export type WebhookState = {
  id: WebhookId
  tenantId: TenantId
  form: WebhookForm
  origin: string
  digest: string
  kinds: readonly NoticeKind[]
  addedBy: PersonId
  added: Date
  active: Date | null
  failingSince: Date | null
  suspended: Date | null
  removed: Date | null
  rev: number
}
