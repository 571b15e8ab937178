import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { isOverlapping } from '@/lib/data/spiffe-overlap'
import type { Actor } from '@/lib/domain/access'
import { registrationsOf } from '@/lib/domain/spiffe-workload'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { removeIdentity } from '@/lib/usecases/agents/remove-identity'
import { testIdentity } from '@/lib/usecases/agents/test-identity'
import { addActor } from '@/tests/harness/administrators'
import { makeAgent, refusalOf } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { atMark } from '@/tests/harness/marks'
import { agent, authority, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS, svidOf, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'

// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 120_000 })

let mandate: string
let alone: Actor
let grantId: string

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  grantId = (await grantTask(world)).grantId
  mandate = await agent.mandateOf(grantId)
  // The only administrator: what they propose is in force at once.
  alone = await addActor(world, 'Alone')
})

type Name = keyof TestWorld['agents']
const put = (workload: string, match: 'exact' | 'prefix' = 'prefix', of: Name = 'triage') =>
  proposeIdentity(alone, actOf(alone), {
    ...{ kind: 'spiffe', agentId: world.agents[of], trustDomain: TRUST_DOMAIN, workload, match },
    environment: '',
  })
const rows = (of: Name = 'triage') =>
  database().agentIdentity.findMany({ where: { agentId: world.agents[of] }, orderBy: { workload: 'asc' } })
async function take(workload: string, of: Name = 'triage') {
  const row = (await rows(of)).find((one) => one.workload === workload)
  if (!row) throw new Error('It is not there.')
  const identityId = row.id as Parameters<typeof removeIdentity>[2]['identityId']
  return removeIdentity(alone, actOf(alone), { agentId: world.agents[of], identityId })
}
const svid = (path: string, environment = 'staging') =>
  svidOf(world, authority.issuer, { agent: path, environment })
const exchange = async (path: string, environment = 'staging') =>
  agent.exchange({ mandate, resource: SERVERS.tickets, svid: await svid(path, environment) })
const lastEvent = (type: string) =>
  database().trailEvent.findFirstOrThrow({ where: { type }, orderBy: { leaf: 'desc' } })

describe('an agent by a prefix', () => {
  test('is each workload below it, called as it was before, and the trail says which one it was', async () => {
    expect(await refusalOf(exchange('pool/one'))).toMatchObject({ reason: 'actor_unknown' })
    yes(await put('agent/pool'))
    expect((await rows()).map(({ workload }) => workload)).toEqual(['agent/pool/', 'agent/triage'])
    const { access_token } = await exchange('pool/one/two')
    expect(decodeJwt(access_token)).toMatchObject({
      act: { sub: `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage` },
      client_id: `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`,
    })
    expect((await lastEvent('credential.issued')).entry).toContain(
      `"workload":"spiffe://${TRUST_DOMAIN}/env/staging/agent/pool/one/two"`,
    )
    await exchange('triage')
    expect((await lastEvent('credential.issued')).entry).not.toContain('"workload"')
  })

  test('is no workload beside it, above it, or in another environment than was approved', async () => {
    for (const path of ['pool', 'pools/one', 'pool-a/one', 'Pool/one', 'x/agent/pool/one'])
      expect(await refusalOf(exchange(path))).toMatchObject({ reason: 'actor_unknown' })
    expect(await refusalOf(exchange('pool/one', 'production'))).toMatchObject({
      reason: 'environment_mismatch',
    })
    expect((await lastEvent('credential.refused')).entry).toContain('/env/production/agent/pool/one"')
  })

  test('may be called by its name or by what proved it, and by no other workload', async () => {
    const id = (path: string) => `spiffe://${TRUST_DOMAIN}/env/staging/agent/${path}`
    const called = async (path: string) => {
      agent.client.client_id = id(path)
      return exchange('pool/one').finally(() => {
        agent.client.client_id = id('triage')
      })
    }
    await called('triage')
    await called('pool/one')
    expect(await refusalOf(called('pool/two'))).toMatchObject({ reason: 'client_mismatch' })
  })

  test('has a token of its own in its one name, which ends with the prefix', async () => {
    const pooled = await makeAgent(world, authority.issuer, { agent: 'pool/one' })
    const own = await pooled.ownToken()
    expect(decodeJwt(own).sub).toBe(`spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`)
    expect((await pooled.call('GET', '/grants', own)).status).toBe(200)
    const token = await svid('pool/one')
    await agent.exchange({ mandate, resource: SERVERS.tickets, svid: token })
    yes(await take('agent/pool/'))
    expect((await refusalOf(pooled.call('GET', '/grants', own))).reason).toBe('actor_unknown')
    expect(
      await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets, svid: token })),
    ).toMatchObject({ reason: 'actor_unknown' })
    // As its client authentication, what nobody is registered for is an unknown client (RFC 6749 §5.2).
    expect(await refusalOf(pooled.ownToken())).toMatchObject({
      ...{ status: 401, error: 'invalid_client', reason: 'client_unknown' },
    })
  })

  test('and by no whole workload is called by the name it has here', async () => {
    yes(await put('agent/strange', 'prefix', 'stranger'))
    yes(await take('agent/stranger', 'stranger'))
    const pooled = await makeAgent(world, authority.issuer, { agent: 'strange/one' })
    expect(decodeJwt(await pooled.ownToken()).sub).toBe(world.agents.stranger)
    const strange = await grantTask(world, { agent: 'stranger' })
    const theirs = await pooled.mandateOf(strange.grantId)
    expect(decodeJwt(theirs).may_act).toEqual({ sub: world.agents.stranger })
    const { access_token } = await pooled.exchange({ mandate: theirs, resource: SERVERS.tickets })
    expect(decodeJwt(access_token)).toMatchObject({ act: { sub: world.agents.stranger } })
    expect(await refusalOf(pooled.exchange({ mandate, resource: SERVERS.tickets }))).toMatchObject({
      reason: 'actor_mismatch',
    })
  })

  test('is found by "Test an identity" too', async () => {
    yes(await put('agent/pool'))
    const tested = await testIdentity(alone, actOf(alone), {
      agentId: world.agents.triage,
      token: await svid('pool/nine'),
    })
    expect(yes(tested).says).toBe('It proves triage, running in staging. Its path says so.')
  })
})

describe('two agents never match one proof', () => {
  const codeOf = async (answer: ReturnType<typeof put>) => {
    const result = await answer
    return result.ok ? 'allowed' : (Object.keys(result.refusal.fields ?? {})[0] ?? result.refusal.code)
  }

  test('what overlaps another agent’s is refused, what stands beside it is not', async () => {
    // triage: agent/triage and agent/pool/. stranger: agent/strange/.
    const stranger = (workload: string, match: 'exact' | 'prefix') => codeOf(put(workload, match, 'stranger'))
    expect(await stranger('agent/pool/one', 'exact')).toBe('identity_overlaps')
    expect(await stranger('agent/pool/one', 'prefix')).toBe('identity_overlaps')
    expect(await stranger('agent', 'prefix')).toBe('identity_overlaps')
    expect(await stranger('agent/pool', 'prefix')).toBe('identity_taken')
    expect(await stranger('agent/triage', 'exact')).toBe('identity_taken')
    expect(await stranger('agent/pool', 'exact')).toBe('allowed')
    expect(await stranger('agent/triage', 'prefix')).toBe('allowed')
    // Their own may lie inside each other: one proof names one agent all the same.
    expect(await codeOf(put('agent/pool/three', 'exact'))).toBe('allowed')
    expect(await codeOf(put('agent/pool', 'prefix'))).toBe('identity_taken')
  })

  test('a path has one way to be written', async () => {
    for (const path of ['a//b', 'a/../b', 'a/./b', '/a', '..', '.', 'a b', 'a%2fb', 'é', 'a//', '/'])
      expect(await codeOf(put(path, 'prefix'))).toBe('workload')
    expect(await codeOf(put('a/b/', 'exact'))).toBe('workload')
    expect(await codeOf(put(Array(17).fill('a').join('/'), 'prefix'))).toBe('workload')
    yes(await put('canonical/', 'prefix'))
    expect(await codeOf(put('canonical', 'prefix'))).toBe('identity_taken')
  })

  test('the database says so exactly where some workload would be of both', async () => {
    const segments = ['a', 'a_', 'ab']
    const behind = segments.flatMap((one) => [one, ...segments.map((two) => `${one}/${two}`)])
    // Some of them whole paths, which are no others behind /env/<environment>/.
    const paths = [...behind, '/a', '/a/ab', '/ab/a']
    const all = paths.flatMap((path) => [path, `${path}/`])
    const workloads = [...paths, ...paths.flatMap((path) => [`${path}/x`, `${path}/a/x`])]
    const [mine, theirs] = [world.agents.triage, world.agents.stranger]
    const trustDomain = 'universe.example'
    for (const registered of all) {
      const row = { id: newId('IdentityId'), agentId: theirs, trustDomain, workload: registered }
      await database().agentIdentity.create({ data: row })
      const said = await Promise.all(
        all.map((workload) => isOverlapping(database(), { agentId: mine, trustDomain, workload })),
      )
      const both = (other: string) =>
        workloads.some((one) => [registered, other].every((as) => registrationsOf(one).includes(as)))
      expect(all.filter((_, at) => said[at])).toEqual(all.filter(both))
      await database().agentIdentity.delete({ where: { id: row.id } })
    }
  })

  test('two administrators at once: one of the two is added, whoever looked first', async () => {
    atMark('begin', async () => {
      yes(await put('race/one', 'exact', 'stranger'))
    })
    expect(no(await put('race', 'prefix'))).toBe('identity_overlaps')
    const both = [put('together', 'prefix'), put('together/one', 'exact', 'stranger')]
    const answers = await Promise.all(both)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    const named = await database().agentIdentity.count({ where: { workload: { startsWith: 'together' } } })
    expect(named).toBe(1)
  })
})
