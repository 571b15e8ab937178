import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { freePort } from '@/tests/harness/ports.mjs'
import { startAuthority } from '@/tests/harness/server-process'
import { buildWorld } from '@/tests/harness/world'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await buildWorld()
})
afterAll(() => db.dispose())

// What HTTP lets through in a header as it is, and everything else as a client can write it.
const HEADER = 'a\u009b31m {"level":60,"msg":"planted"} \t "\\'
const WORDS = [
  '\r\n',
  '\n{"level":60,"msg":"planted"}\n',
  '\u001b[2J\u001b[31m',
  '\u2028\u2029\u0085',
  '\u202e',
  '"}',
]

type Sent = { path: string; headers?: Record<string, string>; body?: string }

function send(port: number, { path, headers = {}, body }: Sent): Promise<number> {
  const method = body === undefined ? 'GET' : 'POST'
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

const form = (fields: Record<string, string>): Sent => ({
  path: '/oauth/token',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})

const everyField = (word: string): Sent[] => [
  { path: `/${encodeURIComponent(word)}` },
  { path: `/grants/${encodeURIComponent(word)}/mandate` },
  { path: `/healthz?${encodeURIComponent(word)}=${encodeURIComponent(word)}` },
  ...['grant_type', 'scope', 'resource', 'subject_token', 'client_id', 'client_assertion', word].map((name) =>
    form({ grant_type: 'client_credentials', [name]: word }),
  ),
]

const HEADERS = [
  'user-agent',
  'x-request-id',
  'dpop',
  'authorization',
  'x-forwarded-for',
  'referer',
  'accept',
]

test('A50: whatever every field holds, each request is one line of JSON', { timeout: 180_000 }, async () => {
  const port = await freePort()
  const server = await startAuthority(port, { ...db.env, COUNTERSIGN_SECRET: SECRET })
  expect(server.isListening).toBe(true)
  const asks = [
    ...WORDS.flatMap(everyField),
    ...HEADERS.map((name) => ({ path: '/grants', headers: { [name]: HEADER } })),
  ]
  for (const ask of asks) expect(await send(port, ask)).toBeGreaterThanOrEqual(200)
  expect(await server.end()).toBe(0)
  const lines = server.lines()
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests).toHaveLength(asks.length)
  expect(new Set(lines.map(({ msg }) => msg))).toEqual(
    new Set(['listening', 'request', 'draining', 'drained']),
  )
  expect(server.output()).not.toContain('planted')
  expect(server.output()).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
  const routes = ['/healthz', '/oauth/token', '/grants', '/grants/:id/mandate', 'unmatched']
  expect([...new Set(requests.map(({ route }) => route))].sort()).toEqual(routes.sort())
})

test('a start that fails is one line of JSON too', { timeout: 180_000 }, async () => {
  const url = 'postgresql://app:hunter2@127.0.0.1:1/none'
  const server = await startAuthority(await freePort(), { DATABASE_URL: url, COUNTERSIGN_SECRET: SECRET })
  expect(server.isListening).toBe(false)
  expect(await server.ended).toEqual([1, null])
  expect(server.lines()).toEqual([expect.objectContaining({ msg: 'did not start', level: 50 })])
  expect(server.output()).not.toContain('hunter2')
})
