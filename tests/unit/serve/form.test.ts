import fc from 'fast-check'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { Env } from '@/lib/authority/call'
import { readForm } from '@/lib/authority/form'

const NAMES = ['token', 'scope', 'resource', 'client_id']

const app = new Hono<Env>().post('/', async (c) => {
  const form = await readForm(c)
  return form.ok ? c.json(NAMES.map((name) => form.get(name))) : c.json({ reason: form.reason })
})

const read = async (body: string, type = 'application/x-www-form-urlencoded') =>
  (await app.request('/', { method: 'POST', body, headers: { 'content-type': type } })).json()

const FIRST = ['a', null, null, null]
const MALFORMED = { reason: 'request_malformed' }

test.each([
  ['token=a&scope=b', ['a', 'b', null, null]],
  ['scope=tickets.read+tickets.write', [null, 'tickets.read tickets.write', null, null]],
  ['scope=a%20b%2Bc%26d%3De', [null, 'a b+c&d=e', null, null]],
  ['scope=%C3%A9', [null, 'é', null, null]],
  ['%74oken=a', FIRST],
  ['token=a=b', ['a=b', null, null, null]],
  ['token=&scope', [null, null, null, null]],
  ['&&token=a&', FIRST],
  ['', [null, null, null, null]],
  ['other=1&token=a', FIRST],
  ['?token=a', [null, null, null, null]],
  [`${'&'.repeat(70)}token=a`, FIRST],
  [`token=a${'&'.repeat(70)}token=b`, MALFORMED],
  ['token=a&token=b', MALFORMED],
  ['token=&token=b', MALFORMED],
  ['token=a&%74oken=b', MALFORMED],
  ['resource=a&resource=b', { reason: 'target_missing' }],
  ['token=%00', MALFORMED],
  ['%00=token', MALFORMED],
  ['token=%EF%BF%BD', MALFORMED],
  ['token=%FF', MALFORMED],
  ['token=%zz', MALFORMED],
  ['token=100%', MALFORMED],
  [Array.from({ length: 64 }, (_, at) => `p${at}=1`).join('&'), [null, null, null, null]],
  [Array.from({ length: 65 }, (_, at) => `p${at}=1`).join('&'), MALFORMED],
])('%j reads as %j', async (body, expected) => {
  expect(await read(body)).toEqual(expected)
})

test('is a form by its type, whatever it says', async () => {
  expect(await read('token=a', 'Application/X-WWW-Form-Urlencoded; charset=utf-8')).toEqual(FIRST)
  expect(await read('token=a', 'application/json')).toEqual(MALFORMED)
  expect(await read('token=a', 'text/plain')).toEqual(MALFORMED)
})

test('whatever comes is refused, or reads as the platform reads it', async () => {
  const pieces = fc.constantFrom('&', '=', '+', '%', '%2', '%zz', '%C3', '%A9', '%00', 'é', ...NAMES)
  const bodies = fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(bodies, async (parts) => {
      const body = parts.join('')
      const found = await read(body)
      if (!Array.isArray(found)) return
      const params = new URLSearchParams(`&${body}`)
      expect(found).toEqual(NAMES.map((name) => params.get(name) || null))
      expect(NAMES.every((name) => params.getAll(name).length < 2)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
