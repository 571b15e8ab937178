import { expect, test } from 'vitest'
import { signWebhook, webhookSecretText } from '@/lib/credentials/webhook-signature'

test('signs the example of Standard Webhooks', () => {
  const signed = signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1614265330_000),
    body: '{"test": 2432232314}',
  })
  expect(signed).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('another time, id or body has another signature', () => {
  const secret = webhookSecretText(new Uint8Array(32))
  const message = { id: 'L-A', at: new Date(0), body: '{}' }
  const signatureOf = (more: object) => signWebhook(secret, { ...message, ...more })['webhook-signature']
  const all = [{}, { id: 'L-B' }, { at: new Date(1000) }, { body: '{ }' }].map(signatureOf)
  expect(new Set(all).size).toBe(4)
})
