import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import type { newId } from '@/lib/data/new-id'
import { findIdentifiedAgent, listTrustDomains } from '@/lib/data/trust'
import { type ChangeIdentity, changeIdentity } from '@/lib/usecases/agents/change-identity'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { testIdentity } from '@/lib/usecases/agents/test-identity'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { askWhere, NOWHERE, only } from '@/tests/harness/asked-where'
import { actOf, yes } from '@/tests/harness/demo'
import { issued, newKey } from '@/tests/harness/issuers'
import { authority, db, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { type TwoAdministrators, twoAdministrators } from '@/tests/harness/two-administrators'
import { type KeyOfTests, svidOf, TRUST_DOMAIN } from '@/tests/harness/world'

// Who says where a workload runs: what is verified, then its own registration, then its trust domain or its issuer. Each
// change is asked about at two authorities, of which one is a process of its own.

// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

let replica: Awaited<ReturnType<typeof startReplica>>
let two: TwoAdministrators

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  replica = await startReplica(db, authority.issuer)
  two = await twoAdministrators(world)
})
afterAll(() => replica.stop())

const triage = () => world.agents.triage
const state = (environment: string, by = two.first) =>
  proposeTrust(by, actOf(by), { kind: 'environment', name: TRUST_DOMAIN, environment })
/** Has it state this, agreed on by two. Whatever it stated before. */
async function _put(environment: string) {
  const [domain] = await listTrustDomains(world.tenantId)
  if ((domain?.environment ?? '') !== environment) await two.agree(await state(environment))
}
const _add = (workload: string, environment: string, match: 'exact' | 'prefix' = 'exact') =>
  proposeIdentity(two.first, actOf(two.first), {
    ...{ kind: 'spiffe', agentId: triage(), trustDomain: TRUST_DOMAIN, workload, match, environment },
  })
const identities = async () => (await findIdentifiedAgent(world.tenantId, triage()))?.identities ?? []
async function known(what: string) {
  const one = (await identities()).find((identity) => identity.what.includes(what))
  if (!one) throw new Error(`Nothing is known as ${what}.`)
  return one
}
const edit = (input: ChangeIdentity, by = two.first) => changeIdentity(by, actOf(by), input)
const move = async (what: string, environment: string, by = two.first) =>
  edit({ kind: 'environment', agentId: triage(), identityId: (await known(what)).id, environment }, by)

const _svid = (path: string) => svidOf(world, authority.issuer, { path })
const tested = async (token: string) =>
  yes(await testIdentity(two.first, actOf(two.first), { agentId: triage(), token })).says

const ask = (token: string) => askWhere(replica.url, token)

describe('what an issuer states', () => {
  const CI = 'https://ci.example'
  let key: KeyOfTests
  const putIssuer = (environment: string) =>
    proposeTrust(two.first, actOf(two.first), {
      ...{ kind: 'issuer', issuer: CI, issuerKind: 'oidc', claim: 'stage', environment },
      ...{ names: 'live = production\ntest = staging', jwks: JSON.stringify({ keys: [key.publicJwk] }) },
    })
  async function addSubject(subject: string, environment: string) {
    const { id } = await database().oidcIssuer.findUniqueOrThrow({ where: { issuer: CI } })
    const issuerId = id as ReturnType<typeof newId<'OidcIssuerId'>>
    const input = {
      kind: 'subject',
      agentId: triage(),
      issuerId,
      subject,
      conditions: '',
      environment,
    } as const
    await two.agree(await proposeIdentity(two.first, actOf(two.first), input))
  }
  const runner = (sub: string, claims: object = {}) =>
    issued(key, { iss: CI, aud: authority.issuer, sub, jti: crypto.randomUUID(), ...claims })

  test('counts where neither a claim nor the registration says it', async () => {
    key = await newKey()
    await two.agree(await putIssuer(''))
    await addSubject('runner', '')
    await addSubject('own', 'staging')
    expect(await ask(await runner('runner'))).toEqual(NOWHERE)
    await two.agree(await putIssuer('production'))
    expect(await ask(await runner('runner'))).toEqual(only('production'))
    expect(await ask(await runner('runner', { stage: 'test' }))).toEqual(only('staging'))
    expect(await ask(await runner('own'))).toEqual(only('staging'))
    expect(await tested(await runner('runner'))).toContain('Its issuer is stated to run there.')
    expect((await known('runner of')).environment).toBe(
      'as its claims say, else production, as its issuer states',
    )
    await two.agree(await putIssuer('staging'))
    expect(await ask(await runner('runner'))).toEqual(only('staging'))
    await two.agree(await move('own of', ''))
    expect((await known('own of')).environment).toContain('as its issuer states')
    await two.agree(await move('own of', 'staging'))
  })

  test('and what an identity is registered with never overrule a claim', async () => {
    expect(await ask(await runner('own', { stage: 'test' }))).toEqual(only('staging'))
    expect(await ask(await runner('own', { stage: 'live' }))).toEqual(NOWHERE)
    for (const stage of ['other', '', 7, null, ['test'], { test: true }])
      for (const sub of ['own', 'runner']) expect(await ask(await runner(sub, { stage }))).toEqual(NOWHERE)
    expect(await tested(await runner('own', { stage: 'live' }))).toContain('elsewhere than it is registered')
    expect(await tested(await runner('own', { stage: 'other' }))).toContain('list does not know')
  })
})
