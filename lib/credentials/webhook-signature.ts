import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** The secret of a webhook as its receiver is given it: `whsec_` and base64 (Standard Webhooks, "Signature scheme"). */
export const webhookSecretText = (secret: Uint8Array): string =>
  `${PREFIX}${Buffer.from(secret).toString('base64')}`

/**
 * The headers that sign one message: HMAC-SHA256 over id, timestamp and body with the secret's bytes (Standard
 * Webhooks). `at` is the moment of the attempt; a receiver refuses one that is too old, and an id it has seen.
 */
export function signWebhook(
  secretText: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const key = Buffer.from(secretText.slice(PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
