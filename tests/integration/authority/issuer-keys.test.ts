import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { OidcIssuer } from '@/lib/domain/oidc-issuer'
import { fetchKeys, keysOfIssuer } from '@/lib/usecases/facts/issuer-keys'
import { serveWorkloadIssuer, type WorkloadIssuer } from '@/tests/harness/workload-issuer'

let provider: WorkloadIssuer
let serial = 0
let by: OidcIssuer

const permit = webhookPermit({ egressPrivate: [], demo: true })
const start = Date.parse('2026-11-26T10:00:00Z')

beforeAll(async () => {
  provider = await serveWorkloadIssuer(['runner'])
})
afterAll(() => provider.close())
beforeEach(() => {
  serial += 1
  provider.asked.length = 0
  by = OidcIssuer.parse({
    ...{ id: `O-7F3K${String(serial).padStart(4, '0')}`, tenantId: 'T-7F3K0001', issuer: provider.issuer },
    ...{ kind: 'oidc', jwks: null, environments: null, rev: 1 },
  })
})

/** The keys so many seconds after the start, for a token that names this one. */
async function keysAt(seconds: number, kid: string | null = null, of = by) {
  const answer = await keysOfIssuer(of, { kid, now: new Date(start + seconds * 1000), permit })
  return answer.ok ? answer.keys : null
}
const fetches = () => provider.asked.filter((url) => url.startsWith('/jwks')).length
const kidOf = async () => {
  const answer = await fetchKeys(provider.issuer, permit)
  provider.asked.length = 0
  return (answer.ok && answer.keys[0]?.kid) || ''
}

describe('the keys of an issuer', () => {
  test('are asked for once by many at once, and kept', async () => {
    const all = await Promise.all([keysAt(0), keysAt(0), keysAt(0)])
    expect(new Set(all).size).toBe(1)
    await keysAt(599, all[0]?.[0]?.kid ?? null)
    expect(fetches()).toBe(1)
  })

  test('a new one is fetched when a token names it, at most every 30 seconds', async () => {
    const first = await keysAt(0)
    await provider.rotate()
    const kid = await kidOf()
    expect(await keysAt(29, kid)).toBe(first)
    expect(fetches()).toBe(0)
    const second = await keysAt(30, kid)
    expect(second?.map((key) => key.kid)).toEqual([kid])
    expect(second).not.toBe(first)
    for (let tries = 0; tries < 20; tries += 1) await keysAt(31, `made-up-${tries}`)
    expect(fetches()).toBe(1)
  })

  test('one that was withdrawn is gone when they are old', async () => {
    const old = await kidOf()
    const first = await keysAt(0, old)
    await provider.rotate()
    // Merely old: used once more, while newer ones are on their way.
    expect(await keysAt(601, old)).toBe(first)
    await expect.poll(() => keysAt(602), { timeout: 60_000 }).not.toBe(first)
    expect((await keysAt(603))?.some((key) => key.kid === old)).toBe(false)
  })

  test('are believed for an hour when the issuer is away, and then no more', async () => {
    const away = await serveWorkloadIssuer(['runner'])
    const of = { ...by, issuer: away.issuer }
    const keys = await keysAt(0, null, of)
    await away.close()
    expect(await keysAt(3599, null, of)).toBe(keys)
    await expect.poll(() => keysAt(3700, null, of), { timeout: 60_000 }).toBeNull()
  })

  test('another version of the configuration begins anew', async () => {
    await keysAt(0)
    await keysAt(1, null, { ...by, rev: 2 })
    expect(fetches()).toBe(2)
  })

  test('a document that names another issuer, and an address that may not be called, give none', async () => {
    expect(await fetchKeys(`${provider.issuer}/`, permit)).toMatchObject({ ok: false })
    const never = webhookPermit({ egressPrivate: [], demo: false })
    provider.asked.length = 0
    expect(await fetchKeys(provider.issuer, never)).toMatchObject({ ok: false })
    expect(await fetchKeys('http://169.254.169.254', permit)).toMatchObject({ ok: false })
    expect(provider.asked).toEqual([])
  })
})
