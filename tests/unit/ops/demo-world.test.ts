import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTrustDomainApp } from '@/lib/ops/demo/trust-domain-app'
import { ensureDemoWorld, trustDomainKey } from '@/lib/ops/demo/world'

let dir: string
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'demo-world-')), 'demo')
})
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }))

describe('ensureDemoWorld', () => {
  it('makes keys once, also when two start together, and tells public parts only', async () => {
    const [first, second] = await Promise.all([ensureDemoWorld(dir), ensureDemoWorld(dir)])
    expect(second).toEqual(first)
    expect(await ensureDemoWorld(dir)).toEqual(first)
    expect(first.trustDomain).toBe('demo.countersign.example')
    expect(first.bundle.keys).toMatchObject([{ kty: 'EC', crv: 'P-256', use: 'jwt-svid' }])
    expect(first.bundle.keys[0]?.kid).toBeTruthy()
    expect(first.servers.tickets.clientJwk).toBeUndefined()
    expect(first.servers.vault.clientJwk).toMatchObject({ kty: 'EC', alg: 'ES256' })
    expect(first.servers.vault.clientJwk).not.toEqual(first.servers.refunds.clientJwk)
    expect(JSON.stringify(first)).not.toContain('"d"')
  })

  it('names each server by the URL it listens on', async () => {
    const { servers } = await ensureDemoWorld(dir, { portBase: 4100 })
    const identifiers = [servers.tickets, servers.vault, servers.refunds].map((s) => s.identifier)
    expect(identifiers).toEqual(['http://127.0.0.1:4100', 'http://127.0.0.1:4101', 'http://127.0.0.1:4102'])
  })

  it('keeps the folder and its files to this user', async () => {
    await ensureDemoWorld(dir)
    expect((await stat(dir)).mode & 0o777).toBe(0o700)
    const files = await readdir(dir)
    expect(files.sort()).toEqual(['refunds.json', 'trust-domain.json', 'vault.json'])
    for (const file of files) expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(dir, 'vault.json'), 'utf8')).toContain('privateJwk')
  })
})

describe('the demo trust domain', () => {
  const ask = async (body: unknown) => {
    const app = createTrustDomainApp(await trustDomainKey(dir))
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }
    return app.request('/jwt-svid', init)
  }
  const good = { audience: 'http://127.0.0.1:3001', agent: 'refund-triage', environment: 'staging' }

  it('signs a five-minute identity that its bundle verifies', async () => {
    const { bundle } = await ensureDemoWorld(dir)
    const response = await ask(good)
    expect(response.status).toBe(200)
    const { svid, spiffe_id } = (await response.json()) as { svid: string; spiffe_id: string }
    const keys = bundle.keys.map(({ use: _use, ...jwk }) => jwk)
    const { payload, protectedHeader } = await jwtVerify(svid, createLocalJWKSet({ keys }), {
      audience: good.audience,
    })
    expect(spiffe_id).toBe('spiffe://demo.countersign.example/env/staging/agent/refund-triage')
    expect(payload.sub).toBe(spiffe_id)
    expect(payload.aud).toEqual([good.audience])
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: bundle.keys[0]?.kid })
  })

  it('never signs the same identity twice in one second', async () => {
    const [a, b] = await Promise.all([ask(good), ask(good)])
    const inputOf = async (r: Response) =>
      ((await r.json()) as { svid: string }).svid.split('.').slice(0, 2).join('.')
    expect(await inputOf(a)).not.toBe(await inputOf(b))
  })

  it.each([
    [{ ...good, environment: 'moon' }, 'environment'],
    [{ ...good, agent: '../admin' }, 'agent'],
    [{ ...good, agent: 'Refund' }, 'agent'],
    [{ ...good, agent: 'a'.repeat(64) }, 'agent'],
    [{ ...good, audience: 'not a url' }, 'audience'],
    [[], 'JSON object'],
    [null, 'JSON object'],
  ])('refuses %j', async (body, word) => {
    const response = await ask(body)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { error_description: string }).error_description).toContain(word)
  })

  it('publishes its bundle without private parts', async () => {
    const app = createTrustDomainApp(await trustDomainKey(dir))
    const bundle = (await (await app.request('/bundle')).json()) as { keys: Record<string, unknown>[] }
    expect(bundle.keys).toHaveLength(1)
    expect(bundle.keys[0]).not.toHaveProperty('d')
  })
})
