import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import type { Guard } from './guard'

type Secret = { value: string; version: number; changedAt: string }

const NAME = /^[\w-]{1,64}$/

/** The vault: values are random, made at start, and leave only in the answer to an allowed read. */
export function addVault(app: Hono, guard: Guard): void {
  const secrets = new Map<string, Secret>([
    ['billing-readonly', fresh(1)],
    ['payments-signing', fresh(1)],
  ])

  app.get('/s/:name', (c) => {
    const name = c.req.param('name')
    return guard(c, { action: 'secret:read', path: pathOf(name) }, () => {
      const secret = secrets.get(name)
      if (!secret) return c.json({ error: 'not_found' }, 404)
      return c.json({ name, version: secret.version, value: secret.value })
    })
  })

  const change = (name: string): Response => {
    const secret = secrets.get(name)
    if (!secret) return Response.json({ error: 'not_found' }, { status: 404 })
    const next = fresh(secret.version + 1)
    secrets.set(name, next)
    return Response.json({ name, version: next.version, changed_at: next.changedAt })
  }

  app.post('/s/:name/rotate', (c) => {
    const name = c.req.param('name')
    return guard(c, { action: 'secret:rotate', path: pathOf(name) }, () => change(name))
  })

  app.put('/s/:name', (c) => {
    const name = c.req.param('name')
    return guard(c, { action: 'secret:write', path: pathOf(name) }, () => change(name))
  })
}

function fresh(version: number): Secret {
  return { value: randomBytes(24).toString('base64url'), version, changedAt: new Date().toISOString() }
}

// Another spelling of a name is another resource, and no token lists it.
function pathOf(name: string): string {
  return NAME.test(name) ? `/s/${name}` : '/s/?'
}
