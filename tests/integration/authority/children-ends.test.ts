import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor, Role } from '@/lib/domain/access'
import { GrantId } from '@/lib/domain/ids'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { revokeGrants } from '@/lib/usecases/grants/revoke-grants'
import { refusalOf } from '@/tests/harness/authority'
import {
  ASK,
  addAgent,
  type ChildrenWorld,
  childrenWorld,
  eventsOf,
  spiffe,
  stateOf,
  tokenOf,
} from '@/tests/harness/children'
import { actOf, no, yes } from '@/tests/harness/demo'
import { aboutGrant } from '@/tests/harness/evaluations'
import { grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

let s: ChildrenWorld
beforeAll(async () => {
  s = await childrenWorld()
})
afterAll(() => s.dispose())

const person = (who: keyof TestWorld['people'], ...roles: Role[]): Actor => ({
  ...{ personId: s.world.people[who], name: who, issuer: 'https://idp.example', subject: who },
  ...{ signInId: newId('SignInId'), signedInAt: new Date(), tenantId: s.world.tenantId, tenantName: 'Acme' },
  ...{ roles, groups: [] },
})
const requester = () => person('requester', 'requester')

describe('what stops the parent stops the child', () => {
  async function family() {
    const task = await grantTask(s.world)
    const child = await s.open(task.grantId)
    return { ...task, childId: child.id, token: await tokenOf(s.stranger, child.id) }
  }
  const refusedTo = async (childId: string) => {
    const mandate = await s.stranger.call('GET', `/grants/${childId}/mandate`)
    return mandate.status === 200 ? null : (await mandate.json()).reason
  }

  test('revoked by a person: in the same transaction, with a trace of its own', async () => {
    const { grantId, childId, token } = await family()
    const actor = requester()
    yes(await revokeGrant(actor, actOf(actor), { grantId, reason: '' }))
    expect(await stateOf(childId)).toBe('revoked')
    expect(await s.isActive(token)).toBe(false)
    expect(await refusedTo(childId)).toBe('grant_revoked')
    expect((await s.tickets.send(aboutGrant(childId))).context.reason).toBe('grant_revoked')
    expect(await eventsOf(childId)).toContainEqual({
      type: 'grant.revoked',
      data: expect.objectContaining({ with: grantId }),
    })
    const leaves = await pool().query(
      `select max(leaf) - min(leaf) as apart from trail_event where type = 'grant.revoked' and grant_id = any($1)`,
      [[grantId, childId]],
    )
    expect(Number(leaves.rows[0]?.apart)).toBe(1)
  })

  test('completed by its agent', async () => {
    const { grantId, childId, token } = await family()
    expect((await s.triage.call('POST', `/grants/${grantId}/complete`)).status).toBe(200)
    expect(await stateOf(childId)).toBe('completed')
    expect(await s.isActive(token)).toBe(false)
  })

  test('the agent of the parent suspended, as long as it is', async () => {
    const { childId, token } = await family()
    const where = { id: s.world.agents.triage }
    const mandate = await s.stranger.mandateOf(childId)
    const ask = () => s.stranger.exchange({ mandate, resource: SERVERS.tickets })
    await database().agent.update({ where, data: { suspended: new Date(), rev: { increment: 1 } } })
    try {
      expect(await refusalOf(ask())).toMatchObject({ reason: 'parent_suspended' })
      expect(await s.isActive(token)).toBe(false)
      expect(await refusedTo(childId)).toBe('parent_suspended')
      expect((await s.tickets.send(aboutGrant(childId))).context.reason).toBe('parent_suspended')
    } finally {
      await database().agent.update({ where, data: { suspended: null, rev: { increment: 1 } } })
    }
    expect((await ask()).token_type.toLowerCase()).toBe('dpop')
    expect(await s.isActive(token)).toBe(true)
  })

  test('and a child ends alone', async () => {
    const { grantId, childId, token } = await family()
    expect((await s.stranger.call('POST', `/grants/${childId}/complete`)).status).toBe(200)
    expect([await stateOf(grantId), await stateOf(childId)]).toEqual(['live', 'completed'])
    expect(await s.isActive(token)).toBe(false)
    expect(await s.isActive(await tokenOf(s.triage, grantId))).toBe(true)
  })
})

test('the owner of the sub-agent sees and revokes the child, and nothing of its parent', async () => {
  await addAgent(s.world, 'owned', { owners: [s.world.people.second] })
  const { grantId, requestId } = await grantTask(s.world)
  const child = await s.open(grantId, { ...ASK, agent: spiffe('owned') })
  const owner = person('second', 'requester')
  const reason = ''
  expect(await findVisibleRequest(owner, requestId)).toBeNull()
  expect(no(await revokeGrant(owner, actOf(owner), { grantId, reason }))).toBe('not_found')
  const childId = GrantId.parse(child.id)
  yes(await revokeGrant(owner, actOf(owner), { grantId: childId, reason }))
  expect([await stateOf(grantId), await stateOf(childId)]).toEqual(['live', 'revoked'])
})

test('a parent and its child revoked in one act end once each', async () => {
  const { grantId } = await grantTask(s.world)
  const childId = GrantId.parse((await s.open(grantId)).id)
  const grantIds = [childId, grantId]
  yes(await revokeGrants(requester(), actOf(requester()), { grantIds, reason: '' }))
  expect([await stateOf(grantId), await stateOf(childId)]).toEqual(['revoked', 'revoked'])
  for (const id of grantIds)
    expect((await eventsOf(id)).filter(({ type }) => type === 'grant.revoked')).toHaveLength(1)
})
