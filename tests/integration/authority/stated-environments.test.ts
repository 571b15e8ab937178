import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { removeIdentity } from '@/lib/usecases/agents/remove-identity'
import { testIdentity } from '@/lib/usecases/agents/test-identity'
import { findNamedAgent } from '@/lib/usecases/facts/named-agent'
import { addActor } from '@/tests/harness/administrators'
import { makeAgent, refusalOf } from '@/tests/harness/authority'
import { actOf, yes } from '@/tests/harness/demo'
import { agent, authority, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS, svidOf, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'

// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 120_000 })

let alone: Actor

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  // The only administrator: what they propose is in force at once.
  alone = await addActor(world, 'Alone')
})

type Name = keyof TestWorld['agents']
type Put = { of?: Name; environment?: string; match?: 'exact' | 'prefix' }
const put = (workload: string, { of = 'triage', environment = 'staging', match = 'exact' }: Put = {}) =>
  proposeIdentity(alone, actOf(alone), {
    ...{ kind: 'spiffe', agentId: world.agents[of], trustDomain: TRUST_DOMAIN, workload, match, environment },
  })
async function take(workload: string, of: Name) {
  const agentId = world.agents[of]
  const row = await database().agentIdentity.findFirstOrThrow({ where: { agentId, workload } })
  const identityId = row.id as Parameters<typeof removeIdentity>[2]['identityId']
  return removeIdentity(alone, actOf(alone), { agentId, identityId })
}
const idOf = (path: string) => `spiffe://${TRUST_DOMAIN}${path}`
const svid = (path: string) => svidOf(world, authority.issuer, { path })

/** Trades the mandate of a new grant for a token, as this workload. */
async function exchange(path: string, environment = 'staging') {
  const { grantId } = await grantTask(world, { environment })
  const mandate = await agent.mandateOf(grantId)
  const called = agent.client.client_id
  agent.client.client_id = idOf(path)
  return agent.exchange({ mandate, resource: SERVERS.tickets, svid: await svid(path) }).finally(() => {
    agent.client.client_id = called
  })
}

describe('a workload whose path says no environment', () => {
  const PAYMENTS = '/ns/payments/sa/agent'

  test('is nobody until it is registered with one, and then runs there and nowhere else', async () => {
    const refused = await refusalOf(exchange(PAYMENTS))
    expect(refused.reason).toBe('actor_unknown')
    expect(refused.error_description).toContain('an administrator registers it with the one it runs in')
    yes(await put('ns/payments/sa/agent'))
    const { access_token } = await exchange(PAYMENTS)
    expect(decodeJwt(access_token).act).toMatchObject({ sub: idOf('/env/staging/agent/triage') })
    expect(await refusalOf(exchange(PAYMENTS, 'production'))).toMatchObject({
      reason: 'environment_mismatch',
    })
    for (const other of [
      '/ns/payments/sa/agents',
      '/ns/payments/sa',
      `${PAYMENTS}/one`,
      `/env/staging${PAYMENTS}`,
    ])
      expect(await refusalOf(exchange(other))).toMatchObject({ reason: 'actor_unknown' })
  })

  test('gives an agent that has no other its name in that environment, and in no other', async () => {
    yes(await take('agent/stranger', 'stranger'))
    yes(await put('/ns/lab/sa/stranger', { of: 'stranger' }))
    yes(await put('ns/live/sa/stranger', { of: 'stranger', environment: 'production' }))
    const names = { staging: '/ns/lab/sa/stranger', production: '/ns/live/sa/stranger' }
    for (const [environment, path] of Object.entries(names)) {
      const self = await makeAgent(world, authority.issuer, { path })
      expect(decodeJwt(await self.ownToken()).sub).toBe(idOf(path))
      const { grantId } = await grantTask(world, { agent: 'stranger', environment })
      const mandate = await self.mandateOf(grantId)
      expect(decodeJwt(mandate).may_act).toEqual({ sub: idOf(path) })
      const { access_token } = await self.exchange({ mandate, resource: SERVERS.tickets })
      expect(decodeJwt(access_token)).toMatchObject({ act: { sub: idOf(path) }, client_id: idOf(path) })
    }
    const named = (environment: string, path: string) =>
      findNamedAgent(alone.tenantId, environment, idOf(path)).then((found) => found?.slug ?? null)
    expect(await named('staging', names.staging)).toBe('stranger')
    expect(await named('production', names.staging)).toBeNull()
    expect(await named('staging', '/env/staging/agent/triage')).toBe('triage')
    expect(await named('production', '/env/staging/agent/triage')).toBeNull()
  })

  test('may stand below a prefix that is registered with one', async () => {
    yes(await put('ns/pool/', { match: 'prefix' }))
    const { access_token } = await exchange('/ns/pool/sa/one')
    expect(decodeJwt(access_token).act).toMatchObject({ sub: idOf('/env/staging/agent/triage') })
    const { entry } = await database().trailEvent.findFirstOrThrow({
      where: { type: 'credential.issued' },
      orderBy: { leaf: 'desc' },
    })
    expect(entry).toContain(`"workload":"${idOf('/ns/pool/sa/one')}"`)
    expect(await refusalOf(exchange('/ns/pool'))).toMatchObject({ reason: 'actor_unknown' })
    expect(await refusalOf(exchange('/ns/pools/sa/one'))).toMatchObject({ reason: 'actor_unknown' })
  })

  test('is told by "Test an identity", with where it runs', async () => {
    const tested = async (path: string) =>
      yes(await testIdentity(alone, actOf(alone), { agentId: world.agents.triage, token: await svid(path) }))
    expect(await tested(PAYMENTS)).toMatchObject({
      ...{ accepted: true, says: 'It proves triage, running in staging. It is registered so.' },
    })
    const unsaid = await tested('/ns/nobody/sa/agent')
    expect(unsaid.accepted).toBe(false)
    expect(unsaid.says).toContain('Its path names no environment')
  })
})

describe('stating an environment', () => {
  const codeOf = async (answer: ReturnType<typeof put>) => {
    const result = await answer
    return result.ok ? 'allowed' : (Object.keys(result.refusal.fields ?? {})[0] ?? result.refusal.code)
  }

  test('is refused where the path says it, where the agent may not be, and for what is somebody’s', async () => {
    for (const path of ['env/staging/agent/x', '/env/production/agent/x', 'env/x', 'env'])
      for (const match of ['exact', 'prefix'] as const)
        expect(await codeOf(put(path, { match }))).toBe('environment')
    expect(await codeOf(put('ns/a', { environment: 'moon' }))).toBe('environment_unknown')
    expect(await codeOf(put('ns/a//b'))).toBe('workload')
    expect(await codeOf(put('//ns/a'))).toBe('workload')
    expect(await codeOf(put('/', { match: 'prefix' }))).toBe('workload')
    expect(await codeOf(put('ns/payments/sa/agent', { environment: 'production' }))).toBe('identity_taken')
    const theirs = { of: 'stranger' } as const
    expect(await codeOf(put('ns/pool/sa/two', theirs))).toBe('identity_overlaps')
    expect(await codeOf(put('ns', { ...theirs, match: 'prefix' }))).toBe('identity_overlaps')
    // What follows /env/<environment>/ in one ID is not the whole path of another.
    expect(await codeOf(put('ns/pool/sa/two', { ...theirs, environment: '' }))).toBe('allowed')
  })

  test('never overrules what a path says', async () => {
    const row = { id: newId('IdentityId'), agentId: world.agents.triage, trustDomain: TRUST_DOMAIN }
    // Nothing here writes such a row. Should one be there, it is believed in neither way.
    await database().agentIdentity.create({
      data: { ...row, workload: 'agent/odd', environment: 'production' },
    })
    for (const environment of ['staging', 'production'])
      expect(await refusalOf(exchange('/env/staging/agent/odd', environment))).toMatchObject({
        reason: 'environment_mismatch',
      })
    await database().agentIdentity.delete({ where: { id: row.id } })
  })
})
