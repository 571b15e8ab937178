import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findIdentifiedAgent, listIssuers, listTrustDomains } from '@/lib/data/trust'
import type { Actor } from '@/lib/domain/access'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { removeIdentity } from '@/lib/usecases/agents/remove-identity'
import { testIdentity } from '@/lib/usecases/agents/test-identity'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { removeTrust } from '@/lib/usecases/trust/remove-trust'
import { refusalOf } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { issued, newKey } from '@/tests/harness/issuers'
import { agent, authority, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { type TwoAdministrators, twoAdministrators } from '@/tests/harness/two-administrators'
import {
  grantTask,
  type KeyOfTests,
  SERVERS,
  svidOf,
  type TestWorld,
  TRUST_DOMAIN,
} from '@/tests/harness/world'

let mandate: string
let first: Actor
let second: Actor
let activate: TwoAdministrators['activate']
let key: KeyOfTests
let agentId: TestWorld['agents']['triage']

const CI = 'https://ci.example'

withAuthority()
beforeAll(async () => {
  // Where an issuer of this machine is asked.
  process.env.COUNTERSIGN_EGRESS_PRIVATE = '127.0.0.1'
  speakOfAuthority()
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
  const two = await twoAdministrators(world)
  first = two.first
  second = two.second
  activate = two.activate
  key = await newKey()
  agentId = world.agents.triage
})

type Proposal = Awaited<ReturnType<typeof proposeIdentity>>

const putIssuer = (over: object = {}) =>
  proposeTrust(first, actOf(first), {
    ...{ kind: 'issuer', issuer: CI, issuerKind: 'oidc', claim: 'stage', names: 'stage = staging' },
    ...{ jwks: JSON.stringify({ keys: [key.publicJwk] }), environment: '', ...over },
  })

async function putSubject(over: object = {}) {
  const [issuer] = await listIssuers(world.tenantId)
  return proposeIdentity(first, actOf(first), {
    ...{ kind: 'subject', agentId, issuerId: issuer?.id ?? newId('OidcIssuerId'), subject: 'runner' },
    ...{ conditions: 'ref starts with refs/heads/', environment: '', ...over },
  })
}

const runner = (over: object = {}) =>
  issued(key, { iss: CI, aud: authority.issuer, sub: 'runner', stage: 'stage', ref: 'refs/heads/x', ...over })
const exchange = (svid: string) => agent.exchange({ mandate, resource: SERVERS.tickets, svid })
const tested = async (token: string, id = agentId) =>
  yes(await testIdentity(first, actOf(first), { agentId: id, token }))
const fieldsOf = (result: Awaited<Proposal>) => (result.ok ? {} : result.refusal.fields)
const suspended = (since: Date | null) =>
  database().agent.update({ where: { id: agentId }, data: { suspended: since } })
const fieldOf = async (proposed: Promise<Proposal>) => {
  const result = await proposed
  return result.ok ? 'allowed' : Object.keys(result.refusal.fields ?? { [result.refusal.code]: '' })[0]
}

describe('an issuer and what it calls an agent', () => {
  test('two administrators later the next token is accepted, and not before', async () => {
    const token = await runner()
    const issuer = await putIssuer()
    expect(await refusalOf(exchange(token))).toMatchObject({ status: 400 })
    expect(no(await activate(issuer, first))).toBe('own_proposal')
    yes(await activate(issuer))
    const subject = await putSubject()
    expect(await refusalOf(exchange(token))).toMatchObject({ reason: 'actor_unknown' })
    yes(await activate(subject))
    expect(await exchange(token)).toMatchObject({ expires_in: 300 })
  })

  test('tested: what is seen, accepted or not, and why; the token is kept nowhere', async () => {
    const token = await runner({ jti: 'one' })
    const seen = await tested(token)
    expect(seen).toMatchObject({
      accepted: true,
      says: 'It proves triage, running in staging. A claim of its issuer says so.',
    })
    expect(seen.parts).toContainEqual({
      name: [{ kind: 'text', text: 'iss' }],
      value: [{ kind: 'text', text: CI }],
    })
    expect(await tested(token, world.agents.stranger)).toMatchObject({ accepted: false })
    const elsewhere = await tested(await svidOf(world, authority.issuer, { environment: 'moon' }))
    expect(elsewhere).toMatchObject({ accepted: false })
    expect(elsewhere.says).toContain('running in moon, and that is not one of its environments')
    expect((await tested(await runner({ ref: 'refs/tags/1' }))).says).toContain('ref starts with refs/heads/')
    expect((await tested(await runner({ exp: 1 }))).says).toContain('validity time')
    expect((await tested(await svidOf(world, authority.issuer))).accepted).toBe(true)
    expect(await tested('nonsense')).toMatchObject({ accepted: false, parts: [] })
    await suspended(new Date())
    expect(await tested(await svidOf(world, authority.issuer))).toMatchObject({
      ...{ accepted: false, says: expect.stringContaining('It is suspended') },
    })
    await suspended(null)
    // Not spent and not pinned: the workload uses it as if nobody had looked.
    await exchange(token)
    const [events, pins] = await Promise.all([
      database().trailEvent.findMany({ where: { type: 'agent.identity_tested' } }),
      database().trailText.findMany(),
    ])
    expect(events).toHaveLength(8)
    expect(JSON.stringify([events.map(({ entry }) => entry), pins])).not.toContain(token.split('.')[1])
  })

  test('is asked for its keys before it is proposed without them', async () => {
    let says = 'https://somebody.else'
    const server = createServer(({ url }, response) => {
      const document = { issuer: says, jwks_uri: `${at}/keys` }
      response.end(JSON.stringify(url === '/keys' ? { keys: [key.publicJwk] } : document))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const put = () => putIssuer({ issuer: at, jwks: '' })
    try {
      expect(fieldsOf(await put())).toMatchObject({
        issuer: expect.stringContaining('names another issuer. Paste'),
      })
      says = at
      expect(await fieldOf(put())).toBe('allowed')
    } finally {
      await new Promise((closed) => server.close(closed))
    }
    expect(fieldsOf(await put())).toMatchObject({ issuer: expect.stringContaining('cannot be fetched') })
  })

  test('what cannot be is said beside its field', async () => {
    expect(await fieldOf(putIssuer({ issuer: authority.issuer }))).toBe('issuer')
    expect(await fieldOf(putIssuer({ issuer: 'ci.example' }))).toBe('issuer')
    expect(await fieldOf(putIssuer({ issuer: 'https://:secret@ci.example' }))).toBe('issuer')
    expect(await fieldOf(putIssuer({ issuer: 'https://169.254.169.254', jwks: '' }))).toBe('issuer')
    expect(await fieldOf(putIssuer({ jwks: '{"keys":[]}' }))).toBe('jwks')
    expect(await fieldOf(putIssuer({ names: '' }))).toBe('claim')
    expect(await fieldOf(putIssuer({ names: 'a' }))).toBe('names')
    expect(await fieldOf(putIssuer({ issuerKind: 'github' }))).toBe('issuer_kind')
    expect(await fieldOf(putIssuer())).toBe('allowed')
    expect(await fieldOf(putSubject({ conditions: 'ref' }))).toBe('conditions')
    expect(await fieldOf(putSubject())).toBe('identity_taken')
    expect(await fieldOf(putSubject({ agentId: world.agents.stranger }))).toBe('identity_taken')
    expect(await fieldOf(putSubject({ subject: 'r2', environment: 'moon' }))).toBe('environment_unknown')
    expect(await fieldOf(putSubject({ issuerId: newId('OidcIssuerId') }))).toBe('not_found')
  })

  test('a change between showing and activating is not activated', async () => {
    const two = await putSubject({ subject: 'r3' })
    const proposalId = yes(two).proposalId
    await database().agent.update({ where: { id: agentId }, data: { rev: { increment: 1 } } })
    const shown = 1
    expect(no(await activateProposal(second, actOf(second), { proposalId, shown }))).toBe('changed_meanwhile')
  })

  test('other keys: what the old one signed is refused at the next request', async () => {
    const token = await runner()
    await exchange(token)
    const other = await newKey()
    yes(await activate(await putIssuer({ jwks: JSON.stringify({ keys: [other.publicJwk] }) })))
    expect(await refusalOf(exchange(token))).toMatchObject({ reason: 'actor_untrusted' })
    key = other
    await exchange(await runner())
  })

  test('removed: its tokens prove nothing, and its subjects are gone', async () => {
    const [issuer] = await listIssuers(world.tenantId)
    if (!issuer) throw new Error('There is none.')
    const own = await agent.ownToken()
    yes(await removeTrust(first, actOf(first), { kind: 'issuer', issuerId: issuer.id }))
    expect(await refusalOf(exchange(await runner()))).toMatchObject({ status: 400 })
    expect(await database().agentSubject.count()).toBe(0)
    expect((await agent.call('GET', '/grants', own)).status).toBe(200)
  })
})

test('nobody but an administrator changes any of it, and the attempt leaves its entry', async () => {
  const approver = await findPersonActor(
    ...(['https://idp.example', 'approver', newId('SignInId'), await databaseNow()] as const),
  )
  if (!approver) throw new Error('There is no approver.')
  const put = { kind: 'issuer', issuer: 'https://x.example', issuerKind: 'oidc' } as const
  const empty = { jwks: '', claim: '', names: '', environment: '' }
  expect(no(await proposeTrust(approver, actOf(approver), { ...put, ...empty }))).toBe('not_allowed')
  const entry = await database().trailEvent.findFirst({ orderBy: { leaf: 'desc' } })
  expect(entry).toMatchObject({ type: 'act.refused', humanId: approver.personId })
  expect(entry?.entry).toContain('"act":"trust.put"')
})

describe('a key', () => {
  const putKey = (jwk: object, environment = 'staging') =>
    proposeIdentity(first, actOf(first), { kind: 'key', agentId, environment, key: JSON.stringify(jwk) })

  test('is added, and taken away at once', async () => {
    const { kty, crv, x, y } = (await newKey()).publicJwk as Record<string, string>
    yes(await activate(await putKey({ kty, crv, x, y })))
    const found = await findIdentifiedAgent(world.tenantId, agentId)
    const identity = found?.identities.find(({ kind }) => kind === 'key')
    if (!identity) throw new Error('It was not added.')
    expect(no(await putKey({ kty, crv, x, y }))).toBe('identity_taken')
    yes(await removeIdentity(first, actOf(first), { agentId, identityId: identity.id }))
    expect(no(await removeIdentity(first, actOf(first), { agentId, identityId: identity.id }))).toBe(
      'not_found',
    )
    const event = await database().trailEvent.findFirst({ where: { type: 'agent.identity_removed' } })
    expect(event).toMatchObject({ agentId, humanId: first.personId })
  })

  test('a private one is refused and kept nowhere', async () => {
    expect(await fieldOf(putKey({ ...(await newKey()).publicJwk, d: 'AAAA' }))).toBe('key')
    expect(await fieldOf(putKey({ kty: 'oct', k: 'AAAA' }))).toBe('key')
  })
})

describe('a trust domain', () => {
  const putDomain = (name: string, bundle: object) =>
    proposeTrust(first, actOf(first), {
      kind: 'domain',
      name,
      bundle: JSON.stringify(bundle),
      url: '',
      file: '',
    })

  test('is added with a SPIFFE ID in it; one that is there keeps to its tenant', async () => {
    const bundle = { keys: [{ ...world.domainKey.publicJwk, kid: 'k' }] }
    yes(await activate(await putDomain('second.example', bundle)))
    expect((await listTrustDomains(world.tenantId)).map(({ name }) => name)).toContain('second.example')
    const put = (workload: string, environment = '') =>
      proposeIdentity(first, actOf(first), {
        kind: 'spiffe',
        agentId,
        trustDomain: 'second.example',
        ...{ workload, match: 'exact', environment },
      })
    yes(await activate(await put('agent/two')))
    yes(await activate(await put('ns/two/sa/agent', 'staging')))
    const known = (await findIdentifiedAgent(world.tenantId, agentId))?.identities ?? []
    expect(known.map(({ what, environment }) => `${what} ${environment}`)).toEqual(
      expect.arrayContaining([
        'spiffe://second.example/env/…/agent/two as its path says',
        'spiffe://second.example/ns/two/sa/agent staging',
      ]),
    )
    expect(await fieldOf(put('agent/two'))).toBe('identity_taken')
    expect(await fieldOf(put('agent//two'))).toBe('workload')
    const strange = { id: newId('TenantId'), slug: 'strange', name: 'Strange' }
    await database().tenant.create({ data: strange })
    await database().trustDomain.update({ where: { name: 'second.example' }, data: { tenantId: strange.id } })
    expect(await fieldOf(putDomain('second.example', bundle))).toBe('identity_taken')
    expect(await fieldOf(putDomain('Second', bundle))).toBe('name')
    expect(await fieldOf(putDomain('third.example', { keys: [] }))).toBe('bundle')
  })

  test('removed: its workloads are refused, with tokens they have', async () => {
    const own = await agent.ownToken()
    yes(await removeTrust(first, actOf(first), { kind: 'domain', name: TRUST_DOMAIN }))
    expect((await refusalOf(agent.call('GET', '/grants', own))).reason).toBe('actor_unknown')
    expect(await refusalOf(exchange(await svidOf(world, authority.issuer)))).toMatchObject({
      reason: 'actor_untrusted',
    })
  })
})
