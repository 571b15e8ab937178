import type { Hono } from 'hono'
import type { Guard } from './guard'

type Comment = { at: string; text: string }

const NAME = /^[\w-]{1,64}$/

/** Tickets: read one, comment on it. Deleting needs a scope that nobody is given. */
export function addTickets(app: Hono, guard: Guard): void {
  const comments: Comment[] = []
  const ticket = {
    id: '4711',
    subject: 'Charged twice for order 20931',
    text: 'The card statement shows 48.90 EUR twice on the same day. The order was shipped once.',
    status: 'open',
    priority: 'normal',
    opened_at: '2026-11-20T08:12:44Z',
  }
  const tickets = new Map([[ticket.id, { ...ticket, comments }]])

  app.get('/t/:id', (c) => {
    const id = c.req.param('id')
    return guard(c, { action: 'ticket:read', path: pathOf(id) }, () => {
      const found = tickets.get(id)
      return found ? c.json(found) : c.json({ error: 'not_found' }, 404)
    })
  })

  app.post('/t/:id/comments', (c) => {
    const id = c.req.param('id')
    return guard(c, { action: 'ticket:comment', path: pathOf(id) }, async () => {
      const found = tickets.get(id)
      if (!found) return c.json({ error: 'not_found' }, 404)
      const body: unknown = await c.req.json().catch(() => undefined)
      const text = textOf(body)
      if (!text) return c.json({ error: 'invalid_request', error_description: 'Send {"text": "..."}.' }, 400)
      found.comments.push({ at: new Date().toISOString(), text })
      if (found.comments.length > 100) found.comments.shift()
      return c.json({ id, comments: found.comments.length }, 201)
    })
  })

  app.delete('/t/:id', (c) => {
    const id = c.req.param('id')
    return guard(c, { action: 'ticket:delete', path: pathOf(id) }, () =>
      tickets.delete(id) ? c.body(null, 204) : c.json({ error: 'not_found' }, 404),
    )
  })
}

// Another spelling of a name is another resource, and no token lists it.
function pathOf(id: string): string {
  return NAME.test(id) ? `/t/${id}` : '/t/?'
}

function textOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('text' in body)) return undefined
  return typeof body.text === 'string' ? body.text.trim().slice(0, 2000) : undefined
}
