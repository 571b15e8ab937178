import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { introspect, makeAgent, refusalOf, type TestAgent } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS, svidOf } from '@/tests/harness/world'

withAuthority()

type Task = Parameters<typeof grantTask>[1]

async function held(task?: Task) {
  const grant = await grantTask(world, task)
  return { ...grant, mandate: await agent.mandateOf(grant.grantId) }
}

const onTickets = (mandate: string, more: Partial<Parameters<TestAgent['exchange']>[0]> = {}) =>
  agent.exchange({ mandate, resource: SERVERS.tickets, ...more })

/** The last thing the trail says of a grant. */
const lastEvent = (grantId: string) =>
  database().trailEvent.findFirst({ where: { grantId }, orderBy: { leaf: 'desc' } })

async function revoke(grantId: string) {
  const ended = { state: 'revoked', ended: new Date(), endedBy: world.people.requester }
  await database().grant.update({ where: { id: grantId }, data: ended })
}

describe('a grant that is over', () => {
  test('revoked: no token, no mandate, inactive at once, and the trail says why', async () => {
    const { grantId, requestId, mandate } = await held()
    const { access_token } = await onTickets(mandate)
    await revoke(grantId)
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ status: 400, reason: 'grant_revoked' })
    const event = await lastEvent(grantId)
    expect(event).toMatchObject({ type: 'credential.refused', outcome: 'refused', requestId })
    expect(event?.entry).toContain('"reason":"grant_revoked"')
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: access_token } as const
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    expect(await lastEvent(grantId)).toMatchObject({ type: 'credential.asked', outcome: 'refused' })
    const again = await agent.call('GET', `/grants/${grantId}/mandate`)
    expect([again.status, (await again.json()).reason]).toEqual([400, 'grant_revoked'])
  })

  test('expired by the database clock, without any job having run', async () => {
    const { grantId, mandate } = await held()
    await database().grant.update({ where: { id: grantId }, data: { expires: new Date(Date.now() - 1000) } })
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ reason: 'grant_expired' })
  })
})

describe('A19: a signature', () => {
  const signedAgo = (requestId: string, minutes: number) =>
    database().approval.updateMany({
      where: { requestId },
      data: { signed: new Date(Date.now() - minutes * 60_000) },
    })

  test('counts for 24 hours and the duration it signed, and for no minute more', async () => {
    const task = { scopes: ['secret'], signed: ['approver'], seconds: 1800 } as const
    const { requestId, mandate } = await held(task)
    const onVault = () => agent.exchange({ mandate, resource: SERVERS.vault })
    const seat = { personId: world.people.approver }
    await database().groupMember.updateMany({ where: seat, data: { added: new Date(0) } })
    await signedAgo(requestId, 24 * 60 + 29)
    expect((await onVault()).expires_in).toBe(300)
    await signedAgo(requestId, 24 * 60 + 31)
    expect(await refusalOf(onVault())).toMatchObject({
      reason: 'policy_refused',
      policies: ['secret-read-needs-security'],
    })
  })
})

describe('the wrong agent', () => {
  test('A26: another agent’s proof with this mandate, and a grant that is not here, answer alike', async () => {
    const { grantId, mandate } = await held()
    const stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
    const refused = await refusalOf(stranger.exchange({ mandate, resource: SERVERS.tickets }))
    expect(refused).toMatchObject({ status: 400, error: 'invalid_request', reason: 'actor_mismatch' })
    const event = await lastEvent(grantId)
    expect(event).toMatchObject({ type: 'credential.refused', agentId: world.agents.stranger })
    const paths = [`/grants/${grantId}/mandate`, '/grants/G-0000000/mandate', '/grants/nonsense/mandate']
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await stranger.call('GET', path)
        return [response.status, await response.text()]
      }),
    )
    expect(answers[0]?.[0]).toBe(404)
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    const complete = await stranger.call('POST', `/grants/${grantId}/complete`)
    expect(complete.status).toBe(404)
    expect((await (await stranger.call('GET', '/grants')).json()).grants).toEqual([])
  })

  test('A26: the same subject from a trust domain nobody configured', async () => {
    const { mandate } = await held()
    const { domainKey } = await otherDomain()
    const svid = await svidOf({ ...world, domainKey }, authority.issuer)
    expect(await refusalOf(onTickets(mandate, { svid }))).toMatchObject({ reason: 'actor_untrusted' })
  })

  test('A29: a proof whose audience is the token endpoint', async () => {
    const { mandate } = await held()
    const svid = await svidOf(world, `${authority.issuer}/oauth/token`)
    expect(await refusalOf(onTickets(mandate, { svid }))).toMatchObject({ reason: 'actor_audience' })
    const asClient = await refusalOf(onTickets(mandate, { svid, as: 'client' }))
    expect(asClient).toMatchObject({ status: 401, error: 'invalid_client', reason: 'assertion_audience' })
  })

  test('a workload nobody registered, and one that is suspended', async () => {
    const { grantId, mandate } = await held()
    const svid = await svidOf(world, authority.issuer, { agent: 'nobody' })
    expect(await refusalOf(onTickets(mandate, { svid }))).toMatchObject({ reason: 'actor_unknown' })
    await suspend(new Date())
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ reason: 'actor_suspended' })
    expect(await refusalOf(agent.ownToken())).toMatchObject({ reason: 'actor_suspended' })
    expect((await lastEvent(grantId))?.entry).toContain('actor_suspended')
    await suspend(null)
    expect((await onTickets(mandate)).expires_in).toBe(300)
  })
})

const suspend = (suspended: Date | null) =>
  database().agent.update({ where: { id: world.agents.triage }, data: { suspended, rev: { increment: 1 } } })

async function otherDomain() {
  const pair = await oauth.generateKeyPair('ES256', { extractable: true })
  return { domainKey: { ...world.domainKey, privateKey: pair.privateKey } }
}

describe('one kind in the place of another', () => {
  test('A21: mandate as access token, access token as mandate, task token here', async () => {
    const { grantId, mandate } = await held()
    const { access_token } = await onTickets(mandate)
    for (const token of [mandate, access_token])
      await expect(agent.call('GET', '/grants', token)).rejects.toMatchObject({ status: 401 })
    expect(await refusalOf(onTickets(access_token))).toMatchObject({ reason: 'mandate_malformed' })
    const own = await agent.ownToken()
    expect(await refusalOf(onTickets(own))).toMatchObject({ reason: 'mandate_malformed' })
    const asked = { as: 'tickets', identifier: SERVERS.tickets } as const
    for (const token of [mandate, own, 'nonsense'])
      expect(await introspect(world, authority.issuer, { ...asked, token })).toEqual({ active: false })
    await expect(agent.call('POST', `/grants/${grantId}/complete`, access_token)).rejects.toThrow()
  })

  test('A21: a token for one server is nothing to another', async () => {
    const { grantId, mandate } = await held({ scopes: ['read', 'secret'], signed: ['approver'] })
    const { access_token: token } = await onTickets(mandate)
    const before = await lastEvent(grantId)
    const asked = { as: 'vault', identifier: SERVERS.vault, token } as const
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    expect((await lastEvent(grantId))?.leaf).toBe(before?.leaf)
  })

  test('a client that is not who it says it is', async () => {
    const asked = { as: 'tickets', identifier: SERVERS.vault, token: 'x' } as const
    const refused = await refusalOf(introspect(world, authority.issuer, asked))
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client', reason: 'client_untrusted' })
    const nobody = { ...asked, identifier: 'https://nobody.example' }
    expect(await refusalOf(introspect(world, authority.issuer, nobody))).toMatchObject({
      reason: 'client_unknown',
    })
  })
})

describe('A24: more than was granted', () => {
  test('another scope, another resource, another item', async () => {
    const { mandate } = await held()
    const wider = (more: Record<string, string>) => refusalOf(onTickets(mandate, { more }))
    expect(await wider({ scope: 'ticket:delete' })).toMatchObject({ error: 'invalid_scope' })
    expect(await wider({ scope: 'ticket:read ticket:comment' })).toMatchObject({ error: 'invalid_scope' })
    const detail = { type: 'ticket', actions: ['ticket:read'], locations: ['https://tickets.example/t/4712'] }
    const items = (...all: object[]) => ({ authorization_details: JSON.stringify(all) })
    expect(await wider(items(detail))).toMatchObject({
      error: 'invalid_authorization_details',
      reason: 'details_not_granted',
    })
    expect(await wider(items({ ...detail, type: 'other' }))).toMatchObject({ reason: 'details_invalid' })
    expect(await wider(items({ ...detail, colour: 'red' }))).toMatchObject({ reason: 'details_invalid' })
    const target = await refusalOf(agent.exchange({ mandate, resource: SERVERS.vault }))
    expect(target).toMatchObject({ error: 'invalid_target', reason: 'target_unknown' })
  })

  test('A25: a token in the hands of another key opens nothing here', async () => {
    const token = await agent.ownToken()
    const thief = await makeAgent(world, authority.issuer)
    const tried = thief.call('GET', '/grants', token)
    await expect(tried).rejects.toMatchObject({ status: 401 })
  })
})
