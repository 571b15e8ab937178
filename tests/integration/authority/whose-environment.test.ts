import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { listTrustDomains } from '@/lib/data/trust'
import { AS_TRUST_DOMAIN } from '@/lib/domain/spiffe-workload'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { addActor } from '@/tests/harness/administrators'
import { afterReading } from '@/tests/harness/after-reading'
import { NOWHERE, only } from '@/tests/harness/asked-where'
import { exchangeAt } from '@/tests/harness/at-replica'
import { actOf, no } from '@/tests/harness/demo'
import { agent, authority, world } from '@/tests/harness/open-authority'
import { addKey } from '@/tests/harness/own-keys'
import { ask, known, move, tested, triage, two, withReplica } from '@/tests/harness/where-it-runs'
import { grantTask, svidOf, TRUST_DOMAIN } from '@/tests/harness/world'

// Who says where a workload runs: what is verified, then its own registration, then its trust domain or its issuer. Each
// change is asked about at two authorities, of which one is a process of its own.

withReplica()

const state = (environment: string, by = two.first) =>
  proposeTrust(by, actOf(by), { kind: 'environment', name: TRUST_DOMAIN, environment })
/** Has it state this, agreed on by two. Whatever it stated before. */
async function put(environment: string) {
  const [domain] = await listTrustDomains(world.tenantId)
  if ((domain?.environment ?? '') !== environment) await two.agree(await state(environment))
}
const add = (workload: string, environment: string, match: 'exact' | 'prefix' = 'exact') =>
  proposeIdentity(two.first, actOf(two.first), {
    ...{ kind: 'spiffe', agentId: triage(), trustDomain: TRUST_DOMAIN, workload, match, environment },
  })
const svid = (path: string) => svidOf(world, authority.issuer, { path })

const FOLLOWING = '/ns/payments/sa/agent'

describe('what a trust domain states', () => {
  test('takes two administrators, and is where everything runs that follows it, at the next request', async () => {
    expect(no(await add('ns/payments/sa/agent', AS_TRUST_DOMAIN))).toBe('environment_unstated')
    const proposed = await state('staging')
    expect(no(await add('ns/payments/sa/agent', AS_TRUST_DOMAIN))).toBe('environment_unstated')
    expect(no(await two.activate(proposed, two.first))).toBe('own_proposal')
    await two.agree(proposed)
    await two.agree(await add('ns/payments/sa/agent', AS_TRUST_DOMAIN))
    await two.agree(await add('ns/pool/', AS_TRUST_DOMAIN, 'prefix'))
    const token = await svid(FOLLOWING)
    expect(await ask(token)).toEqual(only('staging'))
    await put('production')
    expect(await ask(token)).toEqual(only('production'))
    expect(await ask(await svid('/ns/pool/sa/one'))).toEqual(only('production'))
    await put('')
    expect(await ask(token)).toEqual(NOWHERE)
    expect(await tested(token)).toContain('nor its trust domain says where it runs')
    await put('staging')
    expect(await ask(token)).toEqual(only('staging'))
  })

  test('is what policy is asked with', async () => {
    await put('production')
    const { decision } = database()
    const before = new Set((await decision.findMany()).map(({ id }) => id))
    expect(await ask(await svid(FOLLOWING))).toEqual(only('production'))
    const made = (await decision.findMany()).filter(({ id, asked }) => asked === 'issued' && !before.has(id))
    const asked = made.filter(({ verdict }) => verdict === 'allowed')
    expect(asked).toHaveLength(2)
    for (const { input } of asked) expect(input).toContain('"environment":"production"')
  })

  test('gives way to a path, and to what an identity is registered with', async () => {
    await put('staging')
    await two.agree(await add('/ns/own/sa/agent', 'production'))
    expect(await ask(await svid('/ns/own/sa/agent'))).toEqual(only('production'))
    expect(await ask(await svid('/env/production/agent/triage'))).toEqual(only('production'))
    expect(await tested(await svid('/ns/own/sa/agent'))).toContain('in production. It is registered so.')
    expect(await tested(await svid('/env/production/agent/triage'))).toContain('Its path says so.')
    expect(await tested(await svid(FOLLOWING))).toContain(
      'in staging. Its trust domain is stated to run there.',
    )
  })

  test('is in the trail, in words, and beside the domain and the identity', async () => {
    await put('staging')
    expect((await known(FOLLOWING)).environment).toBe('staging, as its trust domain states')
    const events = await database().trailEvent.findMany({ where: { type: 'trust.environment_stated' } })
    const entries = events.map(({ entry }) => entry)
    for (const part of [`"trustDomain":"${TRUST_DOMAIN}"`, 'states no environment', 'states production'])
      expect(entries.some((entry) => entry.includes(part))).toBe(true)
  })

  test('stops an exchange that was identified before it changed', async () => {
    await put('staging')
    const mandate = await agent.mandateOf((await grantTask(world)).grantId)
    const proposed = await state('production')
    const credentials = await database().credential.count()
    const token = await svid(FOLLOWING)
    afterReading('select i.trust_domain as "trustDomain"', async () => void (await two.agree(proposed)))
    const { status, reason } = await exchangeAt(
      { world, issuer: authority.issuer, url: authority.issuer },
      { keys: agent.keys, svid: async () => token },
      mandate,
    )
    expect([status, reason]).toEqual([400, 'environment_mismatch'])
    expect(await database().credential.count()).toBe(credentials)
  })
})

describe('the environment of an identity', () => {
  test('is edited in place, as a proposal, and the next request sees it', async () => {
    await put('staging')
    const token = await svid(FOLLOWING)
    const proposed = await move(FOLLOWING, 'production')
    expect(await ask(token)).toEqual(only('staging'))
    await two.agree(proposed)
    expect(await ask(token)).toEqual(only('production'))
    // It says its own now, and follows its domain no more.
    await put('production')
    await put('staging')
    expect(await ask(token)).toEqual(only('production'))
    await two.agree(await move(FOLLOWING, AS_TRUST_DOMAIN))
    expect(await ask(token)).toEqual(only('staging'))
    const changed = await database().trailEvent.findMany({ where: { type: 'agent.identity_changed' } })
    expect(changed.map(({ entry }) => entry).join()).toContain('(staging, as its trust domain states)')
  })

  test('of a key moves with the key', async () => {
    await addKey(world, agent.keys, { environment: 'production' })
    await two.agree(await move('key ', 'staging'))
    expect((await known('key ')).environment).toBe('staging')
    expect(no(await move('key ', ''))).toBe('environment_unstated')
    expect(no(await move('key ', AS_TRUST_DOMAIN))).toBe('environment_unstated')
  })

  test('cannot be what its path denies, what the agent may not be in, or what it is', async () => {
    for (const other of ['production', AS_TRUST_DOMAIN])
      expect(no(await move('/env/…/agent/triage', other))).toBe('environment_said')
    expect(no(await move('/ns/own/sa/agent', 'moon'))).toBe('environment_unknown')
    expect(no(await move('/ns/own/sa/agent', 'production'))).toBe('nothing_to_change')
    expect(no(await move('/ns/own/sa/agent', ''))).toBe('environment_unstated')
    await put('staging')
    expect(no(await state('staging'))).toBe('nothing_to_change')
    const elsewhere = { kind: 'environment', name: 'nobody.example', environment: 'x' } as const
    expect(no(await proposeTrust(two.first, actOf(two.first), elsewhere))).toBe('not_found')
    expect(await state('two words')).toMatchObject({
      refusal: { fields: { environment: expect.any(String) } },
    })
  })

  test('is changed by nobody but an administrator, and the attempt leaves its entry', async () => {
    const requester = await addActor(world, 'Requester', 'requester')
    expect(no(await state('production', requester))).toBe('not_allowed')
    expect(no(await move(FOLLOWING, 'production', requester))).toBe('not_allowed')
    const entries = await database().trailEvent.findMany({ where: { humanId: requester.personId } })
    for (const act of ['trust.put', 'identity.change'])
      expect(entries.filter(({ entry }) => entry.includes(`"act":"${act}"`))).toHaveLength(1)
  })
})
