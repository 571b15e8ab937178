import { beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { findUnoffered, listScopes } from '@/lib/data/scopes'
import { listServers } from '@/lib/data/servers'
import type { Actor } from '@/lib/domain/access'
import { type ResourceServerId, ScopeId } from '@/lib/domain/ids'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { addActor } from '@/tests/harness/administrators'
import { introspect, refusalOf, SECRET } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

let first: Actor
let second: Actor

withAuthority()
beforeAll(async () => {
  Object.assign(process.env, { COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_ISSUER: authority.issuer })
  first = await addActor(world, 'first')
  second = await addActor(world, 'second administrator')
})

async function serverOf(name: keyof typeof SERVERS) {
  const server = (await listServers(first.tenantId)).find((one) => one.identifier === SERVERS[name])
  if (!server) throw new Error(`${name} is not there.`)
  return server
}

const propose = (by: Actor, form: object) => proposeServer(by, actOf(by), ProposeServer.parse(form))

/** One administrator proposes it and another activates it. */
async function agree(form: { serverId: ResourceServerId; kind: string; scopeId?: string }) {
  const { rev } = await database().resourceServer.findUniqueOrThrow({ where: { id: form.serverId } })
  const { proposalId, state } = yes(await propose(first, form))
  expect(state).toBe('open')
  return yes(await activateProposal(second, actOf(second), { proposalId, shown: rev }))
}

const introspected = async (as: keyof typeof SERVERS, token: string) =>
  (await introspect(world, authority.issuer, { as, identifier: SERVERS[as], token })).active

async function tokenFor(grantId: string, scope: string, resource: string = SERVERS.tickets) {
  const mandate = await agent.mandateOf(grantId)
  const ask = () => agent.exchange({ mandate, resource, more: { scope } })
  return { ask, token: (await ask()).access_token }
}

async function dataOf(type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query<{ entry: string }>(
    'select entry from trail_event where type = $1 order by leaf',
    [type],
  )
  return rows.map(({ entry }) => JSON.parse(entry).data)
}

describe('a scope that is retired', () => {
  test('is lost to live grants at once, which keep the rest', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'comment'] })
    const [reading, commenting] = [
      await tokenFor(grantId, 'ticket:read'),
      await tokenFor(grantId, 'ticket:comment'),
    ]
    const asker = makeAsker(world, authority.issuer, 'tickets')
    const question = aboutGrant(grantId, 'ticket:comment')
    expect((await asker.send(question)).decision).toBe(true)
    const { id: serverId } = await serverOf('tickets')
    const form = { kind: 'scope.retire', serverId, scopeId: world.scopeIds.comment }
    const { proposalId } = yes(await propose(first, form))
    expect(await introspected('tickets', commenting.token)).toBe(true)
    expect(no(await propose(first, form))).toBe('already_proposed')
    yes(await activateProposal(second, actOf(second), { proposalId, shown: 1 }))

    expect((await refusalOf(commenting.ask())).reason).toBe('scope_not_granted')
    expect(await introspected('tickets', commenting.token)).toBe(false)
    expect((await asker.send(question)).decision).toBe(false)
    expect(await introspected('tickets', reading.token)).toBe(true)
    expect((await reading.ask()).access_token).toBeTruthy()
    expect((await asker.send(aboutGrant(grantId))).decision).toBe(true)
    const grant = await database().grant.findUniqueOrThrow({ where: { id: grantId } })
    expect(grant.state).toBe('live')
    expect(await dataOf('scope.retired')).toEqual([
      expect.objectContaining({
        serverId,
        scopeId: world.scopeIds.comment,
        after: 'retired',
        proposal: proposalId,
      }),
    ])
  })

  test('of the same action elsewhere takes nothing from a token that was not given it', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'other'] })
    const mandate = await agent.mandateOf(grantId)
    const tokenAt = async (path: string) => {
      const item = { type: 'ticket', actions: ['ticket:read'], locations: [`${SERVERS.tickets}${path}`] }
      const more = { authorization_details: JSON.stringify([item]) }
      return (await agent.exchange({ mandate, resource: SERVERS.tickets, more })).access_token
    }
    const [here, there] = [await tokenAt('/t/4711'), await tokenAt('/t/4712')]
    const retire = (retired: Date | null) =>
      database().scope.update({ where: { id: world.scopeIds.other }, data: { retired } })
    await retire(new Date())
    expect(await introspected('tickets', here)).toBe(true)
    expect(await introspected('tickets', there)).toBe(false)
    await retire(null)
  })

  test('is not offered, not changed, and does not come back', async () => {
    const server = await serverOf('tickets')
    const offered = await listScopes(first.tenantId)
    expect(offered.some(({ id }) => id === world.scopeIds.comment)).toBe(false)
    const ids = [world.scopeIds.read, world.scopeIds.comment].map((id) => ScopeId.parse(id))
    expect(await findUnoffered(ids)).toEqual([world.scopeIds.comment])
    expect(server.scopes.some(({ id }) => id === world.scopeIds.comment)).toBe(false)
    const scope = { serverId: server.id, scopeId: world.scopeIds.comment }
    expect(no(await propose(first, { kind: 'scope.retire', ...scope }))).toBe('not_found')
    const classes = { sensitivity: '1', dataDomain: 'support', minutes: '30' }
    expect(no(await propose(first, { kind: 'scope.set', ...scope, ...classes }))).toBe('not_found')
    const again = { kind: 'scope.add', serverId: server.id, action: 'ticket:comment', ...classes }
    const resource = `${SERVERS.tickets}/t/4711`
    expect(no(await propose(first, { ...again, resource }))).toBe('scope_exists')
  })

  test('is nobody else’s to propose, and the attempt stays in the trail', async () => {
    const { id: serverId } = await serverOf('tickets')
    const before = (await dataOf('act.refused')).length
    for (const role of ['requester', 'approver', 'auditor'] as const) {
      const actor = await addActor(world, `a ${role}`, role)
      const form = { kind: 'scope.retire', serverId, scopeId: world.scopeIds.other }
      expect(no(await propose(actor, form))).toBe('not_allowed')
      expect(no(await propose(actor, { kind: 'server.remove', serverId }))).toBe('not_allowed')
    }
    expect((await dataOf('act.refused')).slice(before)).toEqual(
      Array(6).fill({ act: 'server.put', reason: 'not_allowed' }),
    )
  })

  test('is retired once, however often it is activated at the same time', async () => {
    const { id: serverId } = await serverOf('tickets')
    const { rev } = await database().resourceServer.findUniqueOrThrow({ where: { id: serverId } })
    const form = { kind: 'scope.retire', serverId, scopeId: world.scopeIds.other }
    const { proposalId } = yes(await propose(first, form))
    const activate = () => activateProposal(second, actOf(second), { proposalId, shown: rev })
    const answers = await Promise.all(Array.from({ length: 10 }, activate))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    const told = (await dataOf('scope.retired')).filter(({ scopeId }) => scopeId === world.scopeIds.other)
    expect(told).toHaveLength(1)
  })
})

test('a server that is removed gets no token, no answer and no way back, and other servers keep theirs', async () => {
  const { grantId } = await grantTask(world, { scopes: ['read', 'secret'], signed: ['approver', 'second'] })
  const secret = await tokenFor(grantId, 'secret:read', SERVERS.vault)
  const reading = await tokenFor(grantId, 'ticket:read')
  expect(await introspected('vault', secret.token)).toBe(true)
  const { id: serverId } = await serverOf('vault')
  await agree({ kind: 'server.remove', serverId })

  expect((await refusalOf(secret.ask())).reason).toBe('target_suspended')
  expect(await introspected('vault', secret.token)).toBe(false)
  const asker = makeAsker(world, authority.issuer, 'vault')
  const answer = await asker.send(aboutGrant(grantId, 'secret:read', `${SERVERS.vault}/s/billing`))
  expect(answer.decision).toBe(false)
  expect(await introspected('tickets', reading.token)).toBe(true)
  expect((await listServers(first.tenantId)).map(({ id }) => id)).not.toContain(serverId)
  expect((await listScopes(first.tenantId)).filter((scope) => scope.serverId === serverId)).toEqual([])
  expect(no(await propose(first, { kind: 'server.remove', serverId }))).toBe('not_found')
  expect(no(await propose(first, { kind: 'server.set', serverId, checks: 'offline' }))).toBe('not_found')
  const again = { kind: 'server.add', name: 'Vault', identifier: SERVERS.vault, type: 'secret' }
  expect(no(await propose(first, { ...again, checks: 'offline' }))).toBe('server_exists')
  expect(await dataOf('server.removed')).toEqual([
    expect.objectContaining({ serverId, after: 'removed, with its scopes' }),
  ])
})
