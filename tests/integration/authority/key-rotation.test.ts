import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commit } from '@/lib/data/commit'
import { database } from '@/lib/data/database'
import { listKeyTimes, noteSigned } from '@/lib/data/signing-keys'
import type { Actor } from '@/lib/domain/access'
import { done } from '@/lib/domain/result'
import { endSigningKey } from '@/lib/usecases/keys/end-signing-key'
import { rotateSigningKey } from '@/lib/usecases/keys/rotate-signing-key'
import { addActor } from '@/tests/harness/administrators'
import { introspect, refusalOf } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { agent, authority, db, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, SERVERS } from '@/tests/harness/world'

let replica: Awaited<ReturnType<typeof startReplica>>
let administrator: Actor
let other: Actor

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  replica = await startReplica(db, authority.issuer)
  administrator = await addActor(world, 'Administrator')
  other = await addActor(world, 'Other')
})
afterAll(async () => {
  await replica.stop()
})

/** The next key was published an hour ago. */
const letItBeKnown = () =>
  database().signingKey.updateMany({
    where: { state: 'next' },
    data: { created: new Date(Date.now() - 3_600_000) },
  })
beforeEach(letItBeKnown)

const rotate = (by = administrator) => rotateSigningKey(by, actOf(by), { reason: 'It is time.' })
const end = (kid: string, by = administrator) => endSigningKey(by, actOf(by), { kid, reason: 'It leaked.' })
const kidOf = (jwt: string) => String(decodeProtectedHeader(jwt).kid)
const stateOf = async (kid: string) =>
  (await database().signingKey.findUniqueOrThrow({ where: { kid } })).state
const inState = async (state: string) => (await listKeyTimes()).find((key) => key.state === state)?.kid ?? ''

const published = async (at: string): Promise<string[]> => {
  const { keys } = await (await fetch(`${at}/.well-known/jwks.json`)).json()
  return keys.map(({ kid }: { kid: string }) => kid)
}

const newMandate = async () => agent.mandateOf((await grantTask(world)).grantId)
const exchange = (mandate: string) => agent.exchange({ mandate, resource: SERVERS.tickets })
const isActive = (token: string) =>
  introspect(world, authority.issuer, { as: 'tickets', identifier: SERVERS.tickets, token })

describe('a rotation with overlap', () => {
  test('both replicas publish and sign with the new key, and what the old one signed stays good', async () => {
    const mandate = await newMandate()
    const before = await exchange(mandate)
    const jwks = createRemoteJWKSet(new URL(`${replica.url}/.well-known/jwks.json`))
    const verified = (token: string) =>
      jwtVerify(token, jwks, { issuer: authority.issuer, audience: SERVERS.tickets, typ: 'at+jwt' })
    await verified(before.access_token)
    const next = await inState('next')
    const { kid } = yes(await rotate())
    expect(kid).toBe(next)
    for (const at of [authority.issuer, replica.url])
      expect(await published(at)).toEqual(expect.arrayContaining([kid, kidOf(before.access_token)]))
    // The same mandate, signed by the key before.
    expect(kidOf(mandate)).toBe(kidOf(before.access_token))
    const after = await exchange(mandate)
    expect(kidOf(after.access_token)).toBe(kid)
    // A client that fetched the keys before the rotation asks nobody again: the new one was among them.
    await verified(after.access_token)
    await verified(before.access_token)
    expect(await isActive(before.access_token)).toMatchObject({ active: true })
    expect(kidOf(await newMandate())).toBe(kid)
  })

  test('an old key is published until the last mandate it signed has ended, and then no more', async () => {
    const mandate = await newMandate()
    const kid = kidOf(mandate)
    yes(await rotate())
    const row = await database().signingKey.findUniqueOrThrow({ where: { kid } })
    const { exp = 0 } = JSON.parse(Buffer.from(mandate.split('.')[1] ?? '', 'base64url').toString())
    expect(Math.floor((row.signedUntil?.getTime() ?? 0) / 1000)).toBe(exp)
    const set = (data: object) => database().signingKey.update({ where: { kid }, data })
    const hour = 3_600_000
    await set({ retired: new Date(Date.now() - 3 * hour), signedUntil: new Date(Date.now() + hour) })
    await bringDue()
    expect(await published(replica.url)).toContain(kid)
    await set({ signedUntil: new Date(Date.now() - hour) })
    await bringDue()
    await until(async () => (await stateOf(kid)) === 'ended')
    for (const at of [authority.issuer, replica.url]) expect(await published(at)).not.toContain(kid)
  })

  test('two administrators at once rotate once', async () => {
    const rounds = await Promise.all([rotate(), rotate(other)])
    expect(rounds.filter(({ ok }) => ok)).toHaveLength(1)
    expect(no(rounds.find(({ ok }) => !ok) ?? (await rotate()))).toMatch(/changed_meanwhile|key_too_new/)
    expect((await listKeyTimes()).filter(({ state }) => state === 'active')).toHaveLength(1)
  })

  test('a key that was published a moment ago does not sign yet', async () => {
    yes(await rotate())
    expect(no(await rotate())).toBe('key_too_new')
  })

  test('the database takes no second key that signs, and no second next one', async () => {
    for (const state of ['active', 'next']) {
      const data = { kid: crypto.randomUUID(), state, publicJwk: {}, sealed: '', created: new Date() }
      await expect(database().signingKey.create({ data })).rejects.toThrow(/unique/i)
    }
  })
})

/** Whoever looks after the keys next does so at once. */
const bringDue = () => database().lease.deleteMany({ where: { name: 'signing keys' } })

async function until(holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 60_000, interval: 200 }).toBe(true)
}

describe('a rotation by the clock', () => {
  test('a running authority has the next key take over after 90 days, once', async () => {
    const [active, next] = [await inState('active'), await inState('next')]
    await database().signingKey.update({
      where: { kid: active },
      data: { activated: new Date(Date.now() - 90 * 86_400_000) },
    })
    await bringDue()
    await until(async () => (await inState('active')) === next)
    expect(await stateOf(active)).toBe('old')
    await bringDue()
    const rotated = await database().trailEvent.findMany({ where: { type: 'key.rotated' } })
    const byTime = rotated.filter(({ entry }) => entry.includes('"because":"time"'))
    expect(byTime).toHaveLength(1)
    expect(byTime[0]).toMatchObject({ tenantId: null, humanId: null })
  })
})

describe('A28: a key that is ended at once', () => {
  test('its tokens and mandates are refused at both, it leaves the key set, and the words say what to do', async () => {
    const mandate = await newMandate()
    const { access_token } = await exchange(mandate)
    const kid = kidOf(mandate)
    yes(await end(kid))
    for (const at of [authority.issuer, replica.url]) expect(await published(at)).not.toContain(kid)
    expect(await isActive(access_token)).toEqual({ active: false })
    const said = await refusalOf(exchange(mandate))
    expect(said).toMatchObject({ error: 'invalid_request', reason: 'mandate_untrusted' })
    expect(said.error_description).toContain('Take it from the request page again')
    const again = await newMandate()
    expect(kidOf(again)).not.toBe(kid)
    expect(kidOf((await exchange(again)).access_token)).toBe(await inState('active'))
  })

  test('the agent’s own token too: it asks for another and goes on', async () => {
    const { grantId } = await grantTask(world)
    const own = await agent.ownToken()
    yes(await end(kidOf(own)))
    const refused = agent.call('GET', `/grants/${grantId}/mandate`, own)
    await expect(refused).rejects.toMatchObject({ status: 401 })
    expect((await agent.call('GET', `/grants/${grantId}/mandate`, await agent.ownToken())).status).toBe(200)
  })

  test('a mandate that was being signed with it is not handed out', async () => {
    const kid = await inState('active')
    yes(await end(kid))
    const late = await commit({ via: 'setup' }, done(null), (tx) => noteSigned(tx, kid, new Date()))
    expect(no(late)).toBe('changed_meanwhile')
  })

  test('the next one is replaced, an old one just goes', async () => {
    const next = await inState('next')
    yes(await end(next))
    expect(await inState('next')).not.toBe(next)
    expect(no(await end(next))).toBe('not_found')
    await letItBeKnown()
    yes(await rotate())
    const old = await inState('old')
    yes(await end(old))
    expect(await stateOf(old)).toBe('ended')
  })
})

describe('who may', () => {
  test.each(['requester', 'approver', 'auditor'] as const)(
    'no %s, and the attempt leaves its entry',
    async (role) => {
      const actor = await addActor(world, `Some ${role}`, role)
      const before = await listKeyTimes()
      expect(no(await rotate(actor))).toBe('not_allowed')
      expect(no(await end(await inState('active'), actor))).toBe('not_allowed')
      expect(await listKeyTimes()).toEqual(before)
      const refused = { type: 'act.refused', humanId: actor.personId }
      expect(await database().trailEvent.count({ where: refused })).toBe(2)
    },
  )

  test('an administrator who has signed in a moment ago, and it is in the trail with the reason', async () => {
    const late = { ...administrator, signedInAt: new Date(Date.now() - 16 * 60_000) }
    expect(no(await rotate(late))).toBe('not_fresh')
    expect(no(await end(await inState('active'), late))).toBe('not_fresh')
    const { kid } = yes(await rotate())
    const rotated = await database().trailEvent.findFirst({
      where: { type: 'key.rotated', humanId: administrator.personId },
      orderBy: { leaf: 'desc' },
    })
    expect(rotated?.entry).toContain(kid)
    const text = await database().trailText.findFirst({ where: { leaf: rotated?.leaf ?? 0n } })
    expect(text?.text).toBe('It is time.')
    const refused = { type: 'act.refused', humanId: administrator.personId }
    expect(await database().trailEvent.count({ where: refused })).toBe(2)
  })
})

describe('what may be kept', () => {
  test.each([
    ['/.well-known/jwks.json', 'public, max-age=60'],
    ['/.well-known/oauth-authorization-server', 'public, max-age=300'],
    ['/.well-known/authzen-configuration', 'public, max-age=300'],
  ])('%s says for how long, and is not sent again unchanged', async (path, kept) => {
    const first = await fetch(`${authority.issuer}${path}`)
    expect(first.headers.get('cache-control')).toBe(kept)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]+"$/)
    const ask = (at: string, tag: string) => fetch(`${at}${path}`, { headers: { 'if-none-match': tag } })
    for (const at of [authority.issuer, replica.url]) {
      const again = await ask(at, `"other", ${etag}`)
      expect(again.status).toBe(304)
      expect(await again.text()).toBe('')
      expect(again.headers.get('etag')).toBe(etag)
    }
    expect((await ask(replica.url, '"other"')).status).toBe(200)
  })

  test('the key set has another tag once the keys have changed', async () => {
    const tag = async () => (await fetch(`${replica.url}/.well-known/jwks.json`)).headers.get('etag')
    const before = await tag()
    yes(await rotate())
    expect(await tag()).not.toBe(before)
  })
})
