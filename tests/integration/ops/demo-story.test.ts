import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer, getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorityApp } from '@/lib/authority/app'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findRequest } from '@/lib/data/requests'
import type { GrantId } from '@/lib/domain/ids'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { SubmitRequest } from '@/lib/domain/request'
import type { Result } from '@/lib/domain/result'
import type { World } from '@/lib/domain/world'
import { portOf, SERVER_NAMES } from '@/lib/ops/demo/catalogue'
import { createServerApp } from '@/lib/ops/demo/server-app'
import { openSocketPlace } from '@/lib/ops/demo/socket'
import { createTrustDomainApp } from '@/lib/ops/demo/trust-domain-app'
import { clientKey, ensureDemoWorld, trustDomainKey } from '@/lib/ops/demo/world'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { demoTenant } from '@/lib/ops/seed/demo-tenant'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { addWorld } from '@/lib/usecases/setup/add-world'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'

// The whole story with real parts: the authority, three resource servers, and the agent as a process.

const SECRET = 'a secret of the tests, thirty-two characters and more'
const ACT = { via: 'seed' } as const

let db: FreshDatabase
let dir: string
let issuer: string
let portBase: number
let world: World
const servers: Server[] = []
let leave = async () => {}

beforeAll(async () => {
  db = await freshDatabase()
  dir = await mkdtemp(join(tmpdir(), 'demo-story-'))
  portBase = await listenInARow()
  issuer = await openAuthority()
  Object.assign(process.env, {
    COUNTERSIGN_ISSUER: issuer,
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_DEMO: '1',
  })
  await openTrustDomain()
  for (const [at, server] of SERVER_NAMES.entries()) await openServer(server, servers[at])
  world = demoTenant(await ensureDemoWorld(dir, { portBase }))
  await addWorld(ACT, world)
  await installPolicySet(
    ACT,
    readDefaultPolicySet('policies'),
    new Map(world.groups.map(({ slug, members }) => [slug, members.length])),
  )
  await ensureSigningKeys(SECRET, ACT)
})

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  await leave()
  await rm(dir, { recursive: true, force: true })
  await db.dispose()
})

/** Three listeners on ports in a row, so that identifiers can be the real URLs. */
async function listenInARow(): Promise<number> {
  for (let base = 21_000 + (process.pid % 9000); ; base += 3) {
    const row = SERVER_NAMES.map(() => createServer())
    const heard = await Promise.all(row.map((server, at) => listening(server, base + at)))
    if (heard.every(Boolean)) {
      servers.push(...row)
      return base
    }
    for (const server of row) server.close()
  }
}

function listening(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
}

async function openAuthority(): Promise<string> {
  const server = createServer()
  await listening(server, 0)
  servers.push(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const log = { request: () => {}, fault: (_id: string, error: unknown) => console.error(error) }
  const app = authorityApp({ issuer: url, secret: SECRET, demo: true, log })
  server.on('request', getRequestListener(app.fetch))
  return url
}

async function openTrustDomain(): Promise<void> {
  const app = createTrustDomainApp(await trustDomainKey(dir))
  const place = await openSocketPlace(dir)
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await new Promise<void>((resolve) => server.listen(place.path, resolve))
  servers.push(server)
  leave = place.leave
}

async function openServer(server: (typeof SERVER_NAMES)[number], listener: Server | undefined) {
  const identifier = `http://127.0.0.1:${portOf(server, portBase)}`
  const clientJwk = (await clientKey(dir, server)).privateJwk
  const app = await createServerApp({ server, identifier, issuer, clientJwk })
  listener?.on('request', getRequestListener(app.fetch))
}

const answered = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`)
  return result.value
}

async function actorOf(persona: Persona) {
  const actor = await findPersonActor(DEMO_ISSUER, persona, newId('SignInId'), new Date())
  if (!actor) throw new Error(`no ${persona}`)
  return { actor, act: { via: 'console', humanId: actor.personId } as const }
}

/** Files a template and has it signed by those named: what is left is a live grant and its mandate. */
async function grantFor(
  slug: string,
  signers: Persona[] = [],
): Promise<{ grantId: GrantId; mandate: string }> {
  const template = world.templates.find((one) => one.slug === slug)
  if (!template) throw new Error(`no template ${slug}`)
  const { actor, act } = await actorOf('requester')
  const { agentId, goal, scopeIds, environment, durationSeconds } = template
  const input = SubmitRequest.parse({
    ...{ templateId: template.id, agentId, goal, scopeIds, environment },
    durationMinutes: durationSeconds / 60,
    justification: 'Ticket 4711 waits.',
  })
  const { id } = answered(await submitRequest(actor, act, input))
  for (const persona of signers) {
    const by = await actorOf(persona)
    const ask = { requestId: id, verdict: 'approve' } as const
    const { nonce, digest } = answered(await prepareSigning(by.actor, by.act, ask))
    answered(await approveRequest(by.actor, by.act, { requestId: id, nonce, digest }))
  }
  const grantId = (await findRequest(id))?.grant?.id
  if (!grantId) throw new Error('no grant')
  return { grantId, mandate: answered(await issueMandate(actor, act, { grantId })).mandate }
}

function startAgent(...args: string[]) {
  const env = {
    ...process.env,
    COUNTERSIGN_DEMO_DIR: dir,
    COUNTERSIGN_ISSUER: issuer,
    DEMO_PORT_BASE: `${portBase}`,
  }
  const child = spawn(process.execPath, ['lib/ops/demo/agent.mjs', ...args], { env })
  const seen = { text: '' }
  const heard = (words: string) =>
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => {
        if (seen.text.includes(words)) resolve()
      })
    })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      seen.text += part
    })
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, text: seen.text }))
  return { heard, ended }
}

const runAgent = (...args: string[]) => startAgent(...args).ended

describe('the story with real parts', () => {
  it('one ticket, one secret, one API call, nothing else, and then nothing at all', async () => {
    const { mandate } = await grantFor('resolve-a-refund-ticket', ['approver'])
    const { code, text } = await runAgent('--mandate', mandate)
    expect(text).toContain('tickets: read ticket 4711')
    expect(text).toContain('vault: got the secret billing-readonly: 32 characters, not shown')
    expect(text).toContain('refunds: called the API')
    expect(text).toContain('tried to delete the ticket, refused by tickets (403 insufficient_scope)')
    expect(text).toContain('(400 invalid_scope scope_not_granted)')
    expect(text).toContain('the grant is completed')
    expect(text).toContain('(400 invalid_request grant_completed)')
    expect(code).toBe(0)
  })

  it('is refused in the words of the policy outside an approved execution environment', async () => {
    await grantFor('summarise-a-ticket')
    const { code, text } = await runAgent('--environment', 'laptop')
    expect(text).toContain('(400 invalid_request environment_mismatch)')
    expect(text).toContain('only in environments it is approved for')
    expect(text).toContain('environment-of-the-agent')
    expect(code).toBe(1)
  })

  it('finds its newest grant by itself and works where that grant may run', async () => {
    const { grantId } = await grantFor('rotate-a-production-secret', ['approver', 'second-approver'])
    const { code, text } = await runAgent('--agent', 'secret-rotator')
    expect(text).toContain(`for grant ${grantId}, live`)
    expect(text).toContain('It runs in the environment production.')
    expect(text).toContain('vault: rotated the secret payments-signing, now version 2')
    expect(code).toBe(0)
  })

  it('cannot use a mandate that names another agent', async () => {
    const { mandate } = await grantFor('summarise-a-ticket')
    const { code, text } = await runAgent('--mandate', mandate, '--agent', 'secret-rotator')
    expect(text).toContain('(400 invalid_request actor_mismatch)')
    expect(code).toBe(1)
  })

  it('stops when revoked: at once where servers ask, within five minutes where they verify offline', async () => {
    const { grantId, mandate } = await grantFor('resolve-a-refund-ticket', ['approver'])
    const agent = startAgent('--mandate', mandate, '--hold', '120')
    await agent.heard('new token given')
    const { actor, act } = await actorOf('requester')
    answered(await revokeGrant(actor, act, { grantId, reason: 'Enough.' }))
    const { code, text } = await agent.ended
    expect(text).toContain('(400 invalid_request grant_revoked)')
    expect(text).toContain('secret:read is refused by vault (401 invalid_token)')
    expect(text).toContain('api:call is refused by refunds (401 invalid_token)')
    expect(text).toContain('ticket:read is still accepted')
    expect(code).toBe(0)
  })
})
