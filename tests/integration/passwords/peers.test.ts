import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { originOf, PEER_HEADER } from '@/lib/domain/caller-address'
import { notePeer } from '@/lib/ops/console/peer'
import { signInWithPassword } from '@/lib/usecases/passwords/sign-in-with-password'
import { join, PASSWORD, type PasswordWorld, passwordWorld } from './world'

let world: PasswordWorld
/** Where the connections of the next calls seem to come from. */
let remote = ''
let url = ''

// As the console's own server does it, with the parts of a page that are of interest. The far end of each connection
// is set when it is accepted: all of them come from this machine.
const server = createServer(async (request, response) => {
  notePeer(request)
  const from = originOf((name) => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : null
  }, 0)
  const email = decodeURIComponent(request.url?.slice(1) ?? '')
  const password = request.headers['x-password'] === 'right' ? PASSWORD : 'it is not this one'
  const tried = await signInWithPassword({ email, password }, from)
  response.end(tried.ok ? 'in' : tried.refusal.code)
}).on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: remote }))

beforeAll(async () => {
  world = await passwordWorld()
  for (let at = 0; at < 3; at += 1) await join(world, `known-${at}@example.org`)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 180_000)
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.dispose()
})

async function come(email: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/${encodeURIComponent(email)}`, {
    headers: { connection: 'close', ...headers },
  })
  return answer.text()
}

const RIGHT = { 'x-password': 'right' }

test('A45: one who tries many accounts is slowed by their connection, whatever headers they send', async () => {
  remote = '203.0.113.7'
  for (let at = 0; at < 50; at += 1) {
    const forged = { [PEER_HEADER]: `198.51.100.${at}`, 'x-forwarded-for': `198.51.100.${at}` }
    expect(await come(`nobody-${at}@example.org`, forged)).toBe('wrong_sign_in')
  }
  expect(await come('known-0@example.org', RIGHT)).toBe('too_many_attempts')
  remote = '203.0.113.8'
  expect(await come('known-0@example.org', RIGHT)).toBe('in')
})

test('a connection from this machine counts for no address, and a forged one is not read', async () => {
  for (remote of ['127.0.0.1', '::ffff:127.0.0.1'])
    for (let at = 0; at < 30; at += 1)
      await come(`nobody-${remote}-${at}@example.org`, { [PEER_HEADER]: '192.0.2.9' })
  expect(await come('known-1@example.org', RIGHT)).toBe('in')
  remote = '192.0.2.9'
  expect(await come('known-2@example.org', RIGHT)).toBe('in')
})
