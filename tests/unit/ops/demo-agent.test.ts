import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CATALOGUE, type ServerName } from '@/lib/ops/demo/catalogue'
import { createServerApp } from '@/lib/ops/demo/server-app'
import { ensureDemoWorld } from '@/lib/ops/demo/world'
import { freePort } from '../../harness/ports.mjs'
import { type Listener, listen, startIssuer, type TestIssuer } from './demo-authority'

let dir: string
let issuer: TestIssuer
let trustDomain: ChildProcess
const servers: Partial<Record<ServerName, Listener>> = {}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), `demo-agent-${'x'.repeat(90)}-`))
  issuer = await startIssuer()
  issuer.state.bundle = (await ensureDemoWorld(dir)).bundle.keys.map(({ use: _use, ...jwk }) => jwk)
  for (const name of ['tickets', 'vault', 'refunds'] as const) servers[name] = await openServer(name)
  trustDomain = entry('trust-domain.ts', [])
  await line(trustDomain, 'listens on')
})

afterAll(async () => {
  trustDomain.kill('SIGTERM')
  const [code] = await once(trustDomain, 'exit')
  for (const server of Object.values(servers)) await server.close()
  await issuer.close()
  await rm(dir, { recursive: true, force: true })
  expect(code).toBe(0)
})

beforeEach(() => {
  issuer.state.exchanges = 0
  delete issuer.state.revokeAfter
  grant([
    ['tickets', 'ticket:read', '/t/4711'],
    ['vault', 'secret:read', '/s/billing-readonly'],
    ['refunds', 'api:call', '/v1/refunds/preview'],
  ])
})

async function openServer(server: ServerName): Promise<Listener> {
  let app: Hono | undefined
  const listener = await listen((request) => app?.fetch(request) ?? new Response(null, { status: 503 }))
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  issuer.clients.set(listener.url, await exportJWK(publicKey))
  const clientJwk = await exportJWK(privateKey)
  app = await createServerApp({ server, identifier: listener.url, issuer: issuer.issuer, clientJwk })
  return listener
}

function grant(items: [ServerName, string, string][], more: Record<string, unknown> = {}) {
  const list = items.map(([server, action, path]) => {
    const resource = servers[server]?.url ?? ''
    return { resource, type: CATALOGUE[server].type, action, location: `${resource}${path}` }
  })
  issuer.state.grant = {
    id: 'g-1',
    state: 'live',
    environment: 'staging',
    goal: 'Look into\u202e the double charge',
    items: list,
    ...more,
  }
}

const env = () => ({ ...process.env, COUNTERSIGN_DEMO_DIR: dir, COUNTERSIGN_ISSUER: issuer.issuer })

function entry(file: string, args: string[], more: Record<string, string> = {}): ChildProcess {
  const argv = ['--import', 'tsx', join('lib/ops/demo', file), ...args]
  return spawn(process.execPath, argv, { env: { ...env(), ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function line(child: ChildProcess, words: string): Promise<string> {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes(words)) return String(chunk)
  throw new Error(`The process ended before it said "${words}".`)
}

async function run(...args: string[]) {
  return runWith({}, ...args)
}

async function runWith(more: Record<string, string>, ...args: string[]) {
  const options = { env: { ...env(), ...more } }
  const child = spawn(process.execPath, ['lib/ops/demo/agent.mjs', ...args], options)
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  child.stderr.on('data', (part) => {
    text += part
  })
  const [code] = await once(child, 'close')
  return { code: code as number, text }
}

describe('the demo agent', () => {
  it('lives the story: works, is refused what it may not, completes, gets nothing more', async () => {
    const { code, text } = await run()
    expect(text).toContain('read ticket 4711: "Charged twice for order 20931"')
    expect(text).toContain('got the secret billing-readonly: 32 characters, not shown')
    expect(text).toContain('48.90 EUR would be paid back')
    expect(text).toMatch(
      /tried to delete the ticket, refused by tickets \(403 insufficient_scope\)\. "The token does not/,
    )
    expect(text).toContain('(400 invalid_scope scope_not_granted). "ticket:delete is not in the grant."')
    expect(text).toContain('the grant is completed')
    expect(text).toContain('grant_completed')
    expect(text).toContain('Look into<U+202E> the double charge')
    expect(code).toBe(0)
  })

  it('takes a given mandate, and the agent and environment it names', async () => {
    grant([['vault', 'secret:rotate', '/s/payments-signing']], { environment: 'production' })
    const may_act = { sub: 'spiffe://demo.countersign.example/env/production/agent/vault-keeper' }
    const mandate = await issuer.sign(
      { aud: issuer.issuer, grant_id: 'g-1', may_act },
      { typ: 'mandate+jwt' },
    )
    const { code, text } = await run('--mandate', mandate, '--no-complete')
    expect(text).toContain('/env/production/agent/vault-keeper')
    expect(text).toContain('rotated the secret payments-signing, now version 2')
    expect(text).toContain('tried to overwrite the secret, refused by')
    expect(text).toContain('Left open')
    expect(issuer.state.grant?.state).toBe('live')
    expect(code).toBe(0)
  })

  it('moves to the environment of the grant unless told where it runs', async () => {
    grant([['tickets', 'ticket:read', '/t/4711']], { environment: 'production' })
    const { code, text } = await run()
    expect(text).toContain('It runs in the environment production.')
    expect(code).toBe(0)
  })

  it('ends with the words of the refusal when it runs elsewhere', async () => {
    const { code, text } = await run('--environment', 'laptop')
    expect(text).toContain('(400 invalid_request environment_mismatch). "This task may run in staging only."')
    expect(text).not.toContain('    at ')
    expect(code).toBe(1)
  })

  it('holds until it is revoked, and says who still accepts its token', async () => {
    issuer.state.revokeAfter = 3
    const { code, text } = await run('--hold', '60')
    expect(text).toContain('(400 invalid_request grant_revoked)')
    expect(text).toContain('ticket:read is still accepted')
    expect(text).toContain('secret:read is refused by vault')
    expect(text).toContain('api:call is refused by refunds')
    expect(code).toBe(0)
  })

  it('tells what a given mandate of a dead grant gets', async () => {
    const mandate = await issuer.sign({ aud: issuer.issuer, grant_id: 'gone' }, { typ: 'mandate+jwt' })
    const { code, text } = await run('--mandate', mandate)
    expect(text).toContain('mandate_malformed')
    expect(code).toBe(1)
  })

  it('says in one sentence what is absent', async () => {
    const sentence = (text: string) => text.trim().split('\n').at(-1)
    const away = await runWith({ COUNTERSIGN_ISSUER: 'http://127.0.0.1:9' })
    expect(sentence(away.text)).toBe(
      'The authority at http://127.0.0.1:9 does not answer. Start it with npm start, then run this again.',
    )
    const noWorld = await runWith({ COUNTERSIGN_DEMO_DIR: join(dir, 'none') })
    expect(sentence(noWorld.text)).toContain('The demo trust domain does not answer.')
    delete issuer.state.grant
    const idle = await run('--agent', 'other')
    expect(sentence(idle.text)).toContain('No live grant is for other.')
    const wrong = await run('--mandate', 'nonsense')
    expect(wrong.text).toContain('The mandate is not readable.')
    expect([away, noWorld, idle, wrong].map(({ code }) => code)).toEqual([1, 1, 1, 1])
    for (const { text } of [away, noWorld, idle, wrong]) expect(text).not.toContain('    at ')
  })
})

describe('the demo processes', () => {
  it('put a long socket path elsewhere and write down where', async () => {
    const path = (await readFile(join(dir, 'workload-socket.txt'), 'utf8')).trim()
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100)
    expect(path.startsWith(dir)).toBe(false)
  })

  it('start without the authority, refuse to share an address, and leave on SIGTERM with 0', async () => {
    const portBase = String(await freePort())
    const away = { COUNTERSIGN_ISSUER: 'http://127.0.0.1:9', DEMO_PORT_BASE: portBase }
    const first = entry('server.ts', ['tickets'], away)
    expect(await line(first, 'listens')).toContain(`tickets listens on http://127.0.0.1:${portBase}`)
    expect((await fetch(`http://127.0.0.1:${portBase}/`)).status).toBe(200)
    const second = entry('server.ts', ['tickets'], away)
    expect((await once(second, 'exit'))[0]).toBe(1)
    first.kill('SIGTERM')
    expect((await once(first, 'exit'))[0]).toBe(0)
  })
})
