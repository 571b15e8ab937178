import { z } from 'zod'
import type { WebhookId } from '@/lib/domain/ids'
import { openSealed, sealFor } from './sealed'

const Sealed = z.object({ url: z.url(), secret: z.string() })

/** Where a webhook is told, and what signs: an address may itself be a secret. */
export type WebhookSecrets = z.infer<typeof Sealed>

/** Both for the database: sealed, and bound to the webhook they are of. */
export const sealWebhook = (id: WebhookId, secrets: WebhookSecrets): string =>
  sealFor({ kind: 'webhook', id }, Buffer.from(JSON.stringify(secrets)))

/** What was sealed, or null when COUNTERSIGN_SECRET is not the one that sealed it. */
export function openWebhook(id: WebhookId, sealed: string): WebhookSecrets | null {
  const opened = openSealed({ kind: 'webhook', id, sealed })
  return opened && Sealed.parse(JSON.parse(opened.toString('utf8')))
}
