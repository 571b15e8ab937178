import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { parseEntry } from '@/lib/data/trail-rows'
import { findIssuer } from '@/lib/data/trust'
import type { Actor } from '@/lib/domain/access'
import { webhookPermit } from '@/lib/domain/egress-settings'
import type { OidcIssuerId } from '@/lib/domain/ids'
import { answerOfIssuer } from '@/lib/usecases/facts/issuer-keys'
import { settings } from '@/lib/usecases/facts/settings'
import { refreshIssuer } from '@/lib/usecases/trust/refresh-issuer'
import { addActor } from '@/tests/harness/administrators'
import { type AnsweringIssuer, serveAnsweringIssuer } from '@/tests/harness/answering-issuer'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { addIssuer, newKey } from '@/tests/harness/issuers'
import { buildWorld, type KeyOfTests, type TestWorld } from '@/tests/harness/world'

let db: FreshDatabase
let world: TestWorld
let administrator: Actor
let served: AnsweringIssuer
let key: KeyOfTests
let issuerId: OidcIssuerId

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_ISSUER: 'http://127.0.0.1:4231',
    COUNTERSIGN_EGRESS_PRIVATE: '127.0.0.0/8',
  })
  administrator = await addActor(world, 'Administrator')
  served = await serveAnsweringIssuer()
  key = await newKey()
})
afterAll(async () => {
  await served.close()
  await db.dispose()
})
beforeEach(async () => {
  await database().oidcIssuer.deleteMany()
  issuerId = await addIssuer(world, { issuer: served.issuer, kind: 'oidc' })
})

const mayAskAgain = () => database().lease.deleteMany({ where: { name: `trust refresh ${issuerId}` } })
const refresh = (by = administrator, id = issuerId) => refreshIssuer(by, actOf(by), { issuerId: id })

/** How Settings says that it answers, at a moment. */
async function shown(now = new Date()) {
  const issuer = await findIssuer(world.tenantId, issuerId)
  if (!issuer) throw new Error('It is not there.')
  return answerOfIssuer(issuer, { now, permit: webhookPermit(settings()) })
}

async function lastEvent() {
  const row = await database().trailEvent.findFirstOrThrow({ orderBy: { leaf: 'desc' } })
  const { type, outcome, humanId, tenantId } = row
  return { type, outcome, humanId, tenantId, data: parseEntry(row.entry).data }
}

describe('an issuer that is asked at once', () => {
  test('says how many of its keys can be used, and Settings shows that from then on', async () => {
    served.say({ keys: [{ ...key.publicJwk, use: 'sig' }, { kty: 'oct' }] })
    const answer = yes(await refresh())
    expect(answer).toEqual({
      came: 'answered',
      says: `It answers with 1 usable key of 2: ${key.kid}.`,
    })
    expect(await lastEvent()).toEqual({
      ...{ type: 'trust.refresh_asked', outcome: 'done', tenantId: world.tenantId },
      ...{ humanId: administrator.personId, data: { issuer: served.issuer, ...answer } },
    })
    const asked = served.asked()
    expect(await shown()).toMatchObject({
      ...{ kind: 'asked', isAsking: false },
      found: { ok: true, keys: [{ kid: key.kid }], unused: 1 },
    })
    expect(served.asked()).toBe(asked)
  })

  test.each([
    ['fails', { status: 503 }, 'Its discovery document cannot be fetched. It answers with status 503.'],
    ['speaks for another', 'another issuer', 'Its discovery document names another issuer.'],
    [
      'has rotated to keys that cannot be used',
      { keys: [{ kty: 'EC', crv: 'secp256k1', x: 'AAAA', y: 'AAAA' }] },
      'The key set holds no public EC, RSA or Ed25519 key to verify with.',
    ],
  ] as const)('and %s is told so, and shown so after it was well', async (_, said, problem) => {
    served.say({ keys: [key.publicJwk] })
    yes(await refresh())
    await mayAskAgain()
    served.say(said)
    expect(yes(await refresh())).toEqual({ came: 'failed', says: `It gives no usable keys. ${problem}` })
    expect(await lastEvent()).toMatchObject({ outcome: 'refused', data: { came: 'failed' } })
    expect(await shown()).toMatchObject({ kind: 'asked', found: { ok: false, problem } })
  })
})

describe('who may have an issuer asked', () => {
  test('is not asked twice in a moment, by anybody', async () => {
    yes(await refresh())
    // However slow the machine is: the moment is not over.
    const until = new Date(Date.now() + 3_600_000)
    await database().lease.update({ where: { name: `trust refresh ${issuerId}` }, data: { until } })
    const second = await addActor(world, 'Second administrator')
    const asked = served.asked()
    for (const by of [administrator, second]) {
      expect(no(await refresh(by))).toBe('quota_reached')
      expect(await lastEvent()).toMatchObject({
        ...{ type: 'act.refused', humanId: by.personId },
        data: { act: 'trust.refresh', reason: 'quota_reached' },
      })
    }
    expect(served.asked()).toBe(asked)
  })

  test('is an administrator of its tenant, and one with pasted keys is not asked', async () => {
    const asked = served.asked()
    for (const role of ['requester', 'approver', 'auditor'] as const)
      expect(no(await refresh(await addActor(world, role, role)))).toBe('not_allowed')
    expect(no(await refresh({ ...administrator, tenantId: newId('TenantId') }))).toBe('not_found')
    expect(no(await refresh(administrator, newId('OidcIssuerId')))).toBe('not_found')
    const jwks = { keys: [JSON.parse(JSON.stringify(key.publicJwk))] }
    await database().oidcIssuer.update({ where: { id: issuerId }, data: { jwks } })
    expect(no(await refresh())).toBe('not_found')
    expect(await shown()).toMatchObject({ kind: 'pasted', found: { ok: true, keys: [{ kid: key.kid }] } })
    expect(served.asked()).toBe(asked)
  })

  test('has no address asked that is not let through', async () => {
    for (const issuer of ['http://169.254.169.254', 'http://10.0.0.1']) {
      await database().oidcIssuer.update({ where: { id: issuerId }, data: { issuer } })
      await mayAskAgain()
      const { came, says } = yes(await refresh())
      expect([came, says]).toEqual(['failed', expect.stringContaining('it may not be called from here')])
    }
  })
})

describe('whoever opens Settings', () => {
  test('waits for no issuer, and has one asked once a minute at most', async () => {
    const start = Date.parse('2026-11-26T10:00:00Z')
    const shownAt = (seconds: number) => shown(new Date(start + seconds * 1000))
    served.say('nothing')
    const asked = served.asked()
    expect(await shownAt(0)).toEqual({ kind: 'asking' })
    await expect.poll(() => served.asked()).toBe(asked + 1)
    expect(await shownAt(1)).toEqual({ kind: 'asking' })
    await expect.poll(() => shownAt(10)).toMatchObject({ kind: 'asked', found: { ok: false } })
    served.say({ keys: [key.publicJwk] })
    expect(await shownAt(60)).toMatchObject({ found: { ok: false }, isAsking: false })
    expect(await shownAt(61)).toMatchObject({ found: { ok: false }, isAsking: true })
    await expect.poll(() => shownAt(62)).toMatchObject({ found: { ok: true }, isAsking: false })
    expect(served.asked()).toBe(asked + 2)
  })
})
