import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findRequest } from '@/lib/data/requests'
import type { Actor } from '@/lib/domain/access'
import { ScopeId } from '@/lib/domain/ids'
import { SubmitRequest } from '@/lib/domain/request'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import {
  introspect,
  makeAgent,
  refusalOf,
  SECRET,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, yes } from '@/tests/harness/demo'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { buildWorld, type ScopeKey, SERVERS, type TestWorld } from '@/tests/harness/world'

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let agent: TestAgent

beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  agent = await makeAgent(world, authority.issuer)
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})

async function actorOf(subject: string): Promise<Actor> {
  const now = await databaseNow()
  const actor = await findPersonActor('https://idp.example', subject, newId('SignInId'), now)
  if (!actor) throw new Error(`There is no ${subject}.`)
  return actor
}

const idsOf = (...keys: ScopeKey[]) => keys.map((key) => ScopeId.parse(world.scopeIds[key]))

/** Filed for ticket, comment and secret over half an hour; one of Security leaves this much of it. */
const narrowedTo = (durationMinutes: number, ...kept: ScopeKey[]) =>
  narrowedWith({ durationMinutes }, ...kept)

async function narrowedWith(to: { durationMinutes: number; uses?: number }, ...kept: ScopeKey[]) {
  const requester = await actorOf('requester')
  const form = SubmitRequest.parse({
    ...{ agentId: world.agents.triage, goal: 'Look at a ticket.', justification: 'It waits.' },
    ...{ scopeIds: idsOf('read', 'comment', 'secret'), durationMinutes: 30, environment: 'staging' },
  })
  const { id } = yes(await submitRequest(requester, actOf(requester), form))
  const approver = await actorOf('approver')
  const less = { requestId: id, scopeIds: idsOf(...kept), ...to }
  const shown = yes(await prepareSigning(approver, actOf(approver), { ...less, verdict: 'approve' }))
  const { nonce, digest } = shown
  yes(await approveRequest(approver, actOf(approver), { ...less, nonce, digest }))
  const grant = (await findRequest(id))?.grant
  if (!grant) throw new Error('There is no grant.')
  return { grant, mandate: await agent.mandateOf(grant.id) }
}

describe('a grant an approver narrowed', () => {
  test('has no token for a scope that was struck, and no token that holds it', async () => {
    const { mandate } = await narrowedTo(30, 'read', 'secret')
    const comment = { mandate, resource: SERVERS.tickets, more: { scope: 'ticket:comment' } }
    expect(await refusalOf(agent.exchange(comment))).toMatchObject({
      ...{ status: 400, error: 'invalid_scope', reason: 'scope_not_granted' },
    })
    const details = { type: 'ticket', actions: ['ticket:comment'], locations: [`${SERVERS.tickets}/t/4711`] }
    const more = { authorization_details: JSON.stringify([details]) }
    expect(await refusalOf(agent.exchange({ ...comment, more }))).toMatchObject({
      reason: 'details_not_granted',
    })
    const { access_token, scope } = await agent.exchange({ mandate, resource: SERVERS.tickets })
    expect([scope, decodeJwt(access_token).scope]).toEqual(['ticket:read', 'ticket:read'])
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: access_token } as const
    expect(await introspect(world, authority.issuer, asked)).toMatchObject({
      ...{ active: true, scope: 'ticket:read', authorization_details: [{ actions: ['ticket:read'] }] },
    })
  })

  test('has nothing for a resource server all of whose scopes were struck', async () => {
    const { mandate } = await narrowedTo(30, 'read')
    expect(await refusalOf(agent.exchange({ mandate, resource: SERVERS.vault }))).toMatchObject({
      ...{ error: 'invalid_target', reason: 'target_unknown' },
    })
  })

  test('bounds the mandate and every token by the time that was left', async () => {
    const { grant, mandate } = await narrowedTo(2, 'read', 'comment', 'secret')
    const ends = Math.floor(grant.expires.getTime() / 1000)
    expect(grant.expires.getTime() - grant.opened.getTime()).toBe(120_000)
    expect(decodeJwt(mandate).exp).toBe(ends)
    const { access_token } = await agent.exchange({ mandate, resource: SERVERS.vault })
    expect(decodeJwt(access_token).exp).toBe(ends)
  })

  test('has the uses that were left, in its token and no longer than they last', async () => {
    const { grant, mandate } = await narrowedWith({ durationMinutes: 30, uses: 2 }, 'read', 'secret')
    const vault = makeAsker(world, authority.issuer, 'vault')
    const question = aboutGrant(grant.id, 'secret:read', `${SERVERS.vault}/s/billing`)
    const { access_token } = await agent.exchange({ mandate, resource: SERVERS.vault })
    expect(decodeJwt(access_token).authorization_details).toEqual([
      expect.objectContaining({ actions: ['secret:read'], uses: 2 }),
    ])
    const tickets = await agent.exchange({ mandate, resource: SERVERS.tickets })
    expect(JSON.stringify(tickets.authorization_details)).not.toContain('uses')
    const said = []
    for (let call = 0; call < 3; call += 1) said.push((await vault.send(question)).context)
    expect(said.map(({ uses_left, reason }) => uses_left ?? reason)).toEqual([1, 0, 'grant_spent'])
    // Issuing spends none, and needs none.
    expect((await agent.exchange({ mandate, resource: SERVERS.vault })).access_token).toMatch(/^eyJ/)
    const { grants } = await (await agent.call('GET', '/grants')).json()
    expect(grants.find(({ id }: { id: string }) => id === grant.id)).toMatchObject({ uses: 2, uses_left: 0 })
  })

  test('is no more than its signature says, whatever its row does', async () => {
    const { grant } = await narrowedWith({ durationMinutes: 30, uses: 2 }, 'read', 'secret')
    await database().grant.update({ where: { id: grant.id }, data: { uses: 9, usesLeft: 9 } })
    const vault = makeAsker(world, authority.issuer, 'vault')
    const answer = await vault.send(aboutGrant(grant.id, 'secret:read', `${SERVERS.vault}/s/billing`))
    expect(answer).toMatchObject({ decision: false, context: { reason: 'policy_refused' } })
  })

  test('shows its agent what is left of it', async () => {
    const { grant } = await narrowedTo(30, 'comment')
    const grants = await (await agent.call('GET', '/grants')).json()
    const mine = grants.grants.find(({ id }: { id: string }) => id === grant.id)
    expect(mine.resources).toEqual([expect.objectContaining({ scope: 'ticket:comment' })])
  })
})
