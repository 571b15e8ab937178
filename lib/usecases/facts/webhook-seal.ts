import { z } from 'zod'
import { seal, unseal } from '@/lib/credentials/seal'
import { subkey } from '@/lib/credentials/subkey'
import type { WebhookId } from '@/lib/domain/ids'
import { settings } from './settings'

const Sealed = z.object({ url: z.url(), secret: z.string() })

/** Where a webhook is told, and what signs: an address may itself be a secret. */
export type WebhookSecrets = z.infer<typeof Sealed>

const key = () => subkey(settings().secret, 'seal-webhooks')

/** Both for the database: sealed, and bound to the webhook they are of. */
export const sealWebhook = (id: WebhookId, secrets: WebhookSecrets): string =>
  seal(Buffer.from(JSON.stringify(secrets)), key(), `webhook ${id}`)

/** What was sealed, or null when COUNTERSIGN_SECRET is not the one that sealed it. */
export function openWebhook(id: WebhookId, sealed: string): WebhookSecrets | null {
  const opened = unseal(sealed, key(), `webhook ${id}`)
  return opened && Sealed.parse(JSON.parse(opened.toString('utf8')))
}
