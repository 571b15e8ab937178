import type { Hono } from 'hono'
import type { Guard } from './guard'

/** Refunds: a preview of what would be paid back. Paying is a path that no token lists. */
export function addRefunds(app: Hono, guard: Guard): void {
  app.post('/v1/refunds/preview', (c) =>
    guard(c, { action: 'api:call', path: '/v1/refunds/preview' }, () =>
      c.json({
        ticket: '4711',
        order: '20931',
        currency: 'EUR',
        amount: '48.90',
        reason: 'duplicate_charge',
        paid_back: false,
      }),
    ),
  )

  app.post('/v1/refunds', (c) =>
    guard(c, { action: 'api:call', path: '/v1/refunds' }, () => c.json({ error: 'not_found' }, 404)),
  )
}
