import { exportJWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findIdentifiedAgent } from '@/lib/data/trust'
import type { Actor } from '@/lib/domain/access'
import type { AgentId } from '@/lib/domain/ids'
import { type ChangeIdentity, changeIdentity } from '@/lib/usecases/agents/change-identity'
import { removeIdentity } from '@/lib/usecases/agents/remove-identity'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { addActor } from '@/tests/harness/administrators'
import { afterReading } from '@/tests/harness/after-reading'
import { proofOf, refusalOf } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { addIssuer, addSubject, issued, newKey } from '@/tests/harness/issuers'
import { atMark } from '@/tests/harness/marks'
import { agent, authority, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { addKey } from '@/tests/harness/own-keys'
import { type TwoAdministrators, twoAdministrators } from '@/tests/harness/two-administrators'
import { grantTask, type KeyOfTests, SERVERS } from '@/tests/harness/world'

const CI = 'https://ci.example'
const MAIN = 'refs/heads/main'

let mandate: string
let first: Actor
let second: Actor
let activate: TwoAdministrators['activate']
let key: KeyOfTests
let agentId: AgentId

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
  const two = await twoAdministrators(world)
  first = two.first
  second = two.second
  activate = two.activate
  key = await newKey()
  agentId = world.agents.triage
  const issuerId = await addIssuer(world, { issuer: CI, kind: 'oidc', key })
  const conditions = [{ claim: 'ref', is: 'exact', value: MAIN }] as const
  await addSubject(world, { issuerId, subject: 'runner', conditions, environment: 'staging' })
})

const known = async (kind: 'subject' | 'key', of = agentId) =>
  ((await findIdentifiedAgent(world.tenantId, of))?.identities ?? []).filter((one) => one.kind === kind)
async function the(kind: 'subject' | 'key') {
  const [one] = await known(kind)
  if (!one) throw new Error('There is none.')
  return one.id
}
const propose = (input: ChangeIdentity, by = first) => changeIdentity(by, actOf(by), input)
const conditions = async (text: string) =>
  propose({ kind: 'conditions', agentId, identityId: await the('subject'), conditions: text })

const runner = (ref: string) => issued(key, { iss: CI, aud: authority.issuer, sub: 'runner', ref })
const exchange = async (ref: string) =>
  agent.exchange({ mandate, resource: SERVERS.tickets, svid: await runner(ref) })

/** The agent's own token, for an assertion of an issuer or of its own key. */
async function ownToken(assertion: string) {
  const form = { grant_type: 'client_credentials', resource: authority.issuer, client_assertion: assertion }
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const response = await fetch(`${authority.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_assertion_type: type }),
    headers: { dpop: await proofOf(agent.keys, 'POST', `${authority.issuer}/oauth/token`) },
  })
  const { access_token, reason } = await response.json()
  return { token: String(access_token), outcome: response.status === 200 ? 'issued' : String(reason) }
}

describe('the conditions of a subject', () => {
  test('take two administrators, and the next token is judged by them', async () => {
    await exchange(MAIN)
    const own = await ownToken(await runner(MAIN))
    expect((await agent.call('GET', '/grants', own.token)).status).toBe(200)
    const proposed = await conditions('ref starts with refs/tags/')
    await exchange(MAIN)
    const before = await the('subject')
    yes(await activate(proposed))
    expect(await refusalOf(exchange(MAIN))).toMatchObject({ reason: 'actor_unknown' })
    await exchange('refs/tags/1')
    // What was proven under the old ones is proven anew.
    expect((await refusalOf(agent.call('GET', '/grants', own.token))).reason).toBe('actor_unknown')
    expect(await the('subject')).not.toBe(before)
    const event = await database().trailEvent.findFirstOrThrow({ where: { type: 'agent.identity_changed' } })
    expect(event).toMatchObject({ agentId })
    for (const part of [`ref is ${MAIN}`, 'ref starts with refs/tags/', second.personId])
      expect(event.entry).toContain(part)
  })

  test('are seen by an exchange that has proven itself under the old ones', async () => {
    const proposed = await conditions(`ref = ${MAIN}`)
    afterReading('select i.issuer_id as "issuerId"', async () => void yes(await activate(proposed)))
    expect(await refusalOf(exchange('refs/tags/1'))).toMatchObject({ reason: 'actor_unknown' })
    await exchange(MAIN)
  })

  test('that cannot be are refused beside their field, and so is what changes nothing', async () => {
    const fields = async (text: string) => {
      const result = await conditions(text)
      return result.ok ? 'allowed' : (Object.keys(result.refusal.fields ?? {})[0] ?? result.refusal.code)
    }
    expect(await fields('ref')).toBe('conditions')
    expect(await fields(`ref = ${MAIN}`)).toBe('nothing_to_change')
    const elsewhere = world.agents.stranger
    const identityId = await the('subject')
    const input = { kind: 'conditions', agentId: elsewhere, identityId, conditions: '' } as const
    expect(no(await propose(input))).toBe('not_found')
    expect(no(await propose({ ...input, agentId, identityId: newId('IdentityId') }))).toBe('not_found')
    const rotating = { kind: 'rotate', agentId, identityId, key: await publicText(await pair()) } as const
    expect(no(await propose(rotating))).toBe('not_found')
  })

  test('of a service account name the one of that name still', async () => {
    const issuerId = await addIssuer(world, { issuer: 'https://k8s.example', kind: 'kubernetes', key })
    const conditionsOf = [{ claim: '/kubernetes.io/serviceaccount/uid', is: 'exact', value: 'one' }] as const
    const account = { issuerId, subject: 'system:serviceaccount:a:b', environment: 'staging' }
    const { id } = await addSubject(world, { ...account, conditions: conditionsOf })
    const identityId = (await known('subject')).find((one) => one.id === id)?.id ?? newId('IdentityId')
    const result = await propose({ kind: 'conditions', agentId, identityId, conditions: '' })
    expect(result).toMatchObject({ ok: false, refusal: { fields: { conditions: expect.any(String) } } })
  })

  test('are changed over what was shown', async () => {
    const proposed = await conditions('ref = refs/heads/next')
    yes(await removeIdentity(first, actOf(first), { agentId, identityId: await the('subject') }))
    const { proposalId } = yes(proposed)
    const { rev } = (await findIdentifiedAgent(world.tenantId, agentId)) ?? { rev: 0 }
    expect(no(await activateProposal(second, actOf(second), { proposalId, shown: rev }))).toBe('not_found')
  })
})

const pair = () => oauth.generateKeyPair('ES256', { extractable: true })
const publicText = async ({ publicKey }: CryptoKeyPair) => JSON.stringify(await exportJWK(publicKey))
const signed = (by: CryptoKeyPair) =>
  new SignJWT({ iss: agentId, sub: agentId, aud: authority.issuer, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1 minute')
    .sign(by.privateKey)

describe('a key of its own', () => {
  test('is rotated: both serve, then the new one alone', async () => {
    const [old, next] = [await pair(), await pair()]
    await addKey(world, old, { environment: 'production' })
    const rotate = { kind: 'rotate', agentId, identityId: await the('key') } as const
    const proposed = await propose({ ...rotate, key: await publicText(next) })
    expect((await ownToken(await signed(next))).outcome).toBe('client_untrusted')
    yes(await activate(proposed))
    const own = await ownToken(await signed(old))
    expect(own.outcome).toBe('issued')
    expect((await ownToken(await signed(next))).outcome).toBe('issued')
    expect((await known('key')).map(({ environment }) => environment)).toEqual(['production', 'production'])
    yes(await removeIdentity(first, actOf(first), rotate))
    expect((await ownToken(await signed(old))).outcome).toBe('client_untrusted')
    expect((await refusalOf(agent.call('GET', '/grants', own.token))).reason).toBe('actor_unknown')
    expect((await ownToken(await signed(next))).outcome).toBe('issued')
    const event = await database().trailEvent.findFirstOrThrow({ where: { type: 'agent.key_rotated' } })
    expect(event.entry).toContain(`"follows":"${rotate.identityId}"`)
    expect(event.entry).not.toContain('"d":')
  })

  test('is followed by no key that is somebody’s, its own or a private one', async () => {
    const rotate = { kind: 'rotate', agentId, identityId: await the('key') } as const
    const theirs = await pair()
    await addKey(world, theirs, { agent: 'stranger' })
    expect(no(await propose({ ...rotate, key: await publicText(theirs) }))).toBe('identity_taken')
    const own = await database().agentKey.findFirstOrThrow({ where: { id: rotate.identityId } })
    expect(no(await propose({ ...rotate, key: JSON.stringify(own.jwk) }))).toBe('identity_taken')
    const secret = JSON.stringify(await exportJWK((await pair()).privateKey))
    expect(await propose({ ...rotate, key: secret })).toMatchObject({
      refusal: { fields: { key: expect.stringContaining('private') } },
    })
  })

  test('of two agents that rotate to one key at once, one has it', async () => {
    const [stranger] = await known('key', world.agents.stranger)
    if (!stranger) throw new Error('It has none.')
    const text = await publicText(await pair())
    const mine = await propose({ kind: 'rotate', agentId, identityId: await the('key'), key: text })
    const theirs = { kind: 'rotate', agentId: world.agents.stranger, identityId: stranger.id } as const
    const other = await propose({ ...theirs, key: text })
    atMark('begin', async () => void yes(await activate(mine)))
    expect(no(await activate(other))).toBe('changed_meanwhile')
    expect(await known('key', world.agents.stranger)).toHaveLength(1)
  })
})

test('nobody but an administrator changes any of it, and each attempt leaves its entry', async () => {
  const requester = await addActor(world, 'Requester', 'requester')
  const identityId = await the('key')
  const attempts = [
    [{ kind: 'rotate', agentId, identityId, key: await publicText(await pair()) }, 'identity.rotate'],
    [{ kind: 'conditions', agentId, identityId, conditions: '' }, 'identity.change'],
  ] as const
  for (const [input, act] of attempts) {
    expect(no(await propose(input, requester))).toBe('not_allowed')
    const entries = await database().trailEvent.findMany({ where: { humanId: requester.personId } })
    expect(entries.filter(({ entry }) => entry.includes(`"act":"${act}"`))).toHaveLength(1)
  }
})
