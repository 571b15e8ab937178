import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SECRET } from '@/tests/harness/authority'
import { compare, startCrowd } from '@/tests/harness/crowd'
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

const PATHS = ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/readyz', '/healthz']
const CALLERS = 16
const WARM = 200

/** A caller who is in the middle of asking: the rest is sent when it is told to. */
function slowCaller(port: number) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '2' }
  const asking = request({ port, host: '127.0.0.1', method: 'POST', path: '/oauth/token', headers })
  asking.write('a')
  const answered = once(asking, 'response').then(([answer]) => (answer as IncomingMessage).statusCode)
  // A caller who was cut off is found where the answer is looked at.
  answered.catch(() => {})
  return { rest: () => asking.end('='), answered }
}

test('F9: told to end under load it is first not ready, cuts nobody off, and leaves with 0 within 15 s', {
  timeout: 180_000,
}, async () => {
  const port = await freePort()
  const server = await startAuthority(port, { ...db.env, COUNTERSIGN_SECRET: SECRET })
  expect(server.isListening).toBe(true)
  const { headers } = await fetch(`http://127.0.0.1:${port}/healthz`)
  // A proxy that keeps a resting connection for a minute gives up first.
  expect(headers.get('keep-alive')).toBe('timeout=75')
  const slow = slowCaller(port)
  const crowd = startCrowd(`http://127.0.0.1:${port}`, PATHS, CALLERS)
  await expect.poll(() => crowd.calls.length, { timeout: 60_000 }).toBeGreaterThan(WARM)
  const probe = startCrowd(`http://127.0.0.1:${port}`, ['/readyz'], 1)
  await expect.poll(() => probe.calls.length, { timeout: 60_000 }).toBeGreaterThan(0)
  const told = performance.now()
  server.signal('SIGTERM')
  await expect.poll(() => crowd.calls.some(({ isShut }) => isShut), { timeout: 60_000 }).toBe(true)
  slow.rest()
  expect(await slow.answered).toBe(400)
  const [code] = await server.ended
  const tookMs = performance.now() - told
  await Promise.all([crowd.ended, probe.ended])
  const calls = [...crowd.calls, ...probe.calls]
  const after = calls.filter(({ asked }) => asked > told)
  const shut = after.filter(({ isShut }) => isShut)
  const notReady = after.filter(({ path, status }) => path === '/readyz' && status === 503)
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(15_000)
  expect(compare(calls, server.lines())).toMatchObject({ cut: 0, lost: 0, unlogged: 0, faulty: 0 })
  // Whoever asks whether it is ready is told no before anybody finds the door shut.
  const firstAsked = Math.min(...notReady.map(({ asked }) => asked))
  const firstShut = Math.min(...shut.map(({ told: at }) => at))
  expect(firstAsked).toBeLessThan(firstShut)
  expect(notReady.every(({ closes }) => closes)).toBe(true)
  expect(server.lines().at(-1)).toMatchObject({ msg: 'drained', cut: false })
})
