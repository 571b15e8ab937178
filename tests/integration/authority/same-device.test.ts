import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findRequest } from '@/lib/data/requests'
import type { Actor } from '@/lib/domain/access'
import { type RequestId, ScopeId } from '@/lib/domain/ids'
import { SubmitRequest } from '@/lib/domain/request'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import {
  makeAgent,
  refusalOf,
  SECRET,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, yes } from '@/tests/harness/demo'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { trailOf } from '@/tests/harness/trail'
import { activate, buildWorld, SERVERS, type TestWorld } from '@/tests/harness/world'

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

const plain = async () => yes(await activate(readDefaultPolicySet('policies')))
const oneMore = async () =>
  yes(await activate(approvalPolicies(demandOn('secret:read', 'security', '@sameDevice("one-more")'))))
beforeEach(async () => {
  await database().signIn.deleteMany()
  await plain()
})

type From = { address?: string; hours?: number }

/** Somebody who signed in so long ago, from this address, always with the same browser. */
async function signedIn(subject: string, { address = '192.0.2.7', hours = 0 }: From = {}): Promise<Actor> {
  const actor = await findPersonActor('https://idp.example', subject, newId('SignInId'), await databaseNow())
  if (!actor) throw new Error(`There is no ${subject}.`)
  await database().signIn.create({
    data: {
      ...{ id: actor.signInId, personId: actor.personId, method: 'demo', address, userAgent: 'Browser/1' },
      started: new Date(Date.now() - hours * 3_600_000),
      expires: new Date(Date.now() + 3_600_000),
    },
  })
  return actor
}

async function filed(requester: Actor): Promise<RequestId> {
  const form = SubmitRequest.parse({
    ...{ agentId: world.agents.triage, goal: 'Look at a ticket.', justification: 'It waits.' },
    ...{ scopeIds: [ScopeId.parse(world.scopeIds.secret)], durationMinutes: 30, environment: 'staging' },
  })
  return yes(await submitRequest(requester, actOf(requester), form)).id
}

async function signed(by: Actor, requestId: RequestId) {
  const { nonce, digest } = yes(await prepareSigning(by, actOf(by), { requestId, verdict: 'approve' }))
  return yes(await approveRequest(by, actOf(by), { requestId, nonce, digest }))
}

const elsewhere = { address: '192.0.2.8' }

async function askToken(requestId: RequestId) {
  const grant = (await findRequest(requestId))?.grant
  if (!grant) throw new Error('There is no grant.')
  const mandate = await agent.mandateOf(grant.id)
  return agent.exchange({ mandate, resource: SERVERS.vault })
}

describe('A09: whoever signs from where the requester signed in', () => {
  test.each([
    ['the same address and browser', {}, true],
    ['another address', elsewhere, false],
    ['the same, two days ago', { hours: 48 }, false],
  ])('with %s, is told apart', async (_, from, isAlike) => {
    const requestId = await filed(await signedIn('requester', from))
    expect((await signed(await signedIn('approver'), requestId)).state).toBe('granted')
    expect((await findRequest(requestId))?.approvals[0]?.sameDevice).toBe(isAlike)
    const [entry] = await trailOf(requestId, 'approval.signed')
    expect(entry?.data.sameDevice).toBe(isAlike ? true : undefined)
    expect(entry?.data).not.toHaveProperty('oneMore')
  })

  test('is one of two where policy asks for one more', async () => {
    await oneMore()
    const requestId = await filed(await signedIn('requester'))
    expect(await signed(await signedIn('approver'), requestId)).toMatchObject({ state: 'awaiting', left: 1 })
    expect((await trailOf(requestId, 'approval.signed'))[0]?.data).toMatchObject({
      sameDevice: true,
      oneMore: true,
    })
    expect(await trailOf(requestId, 'stage.closed')).toEqual([])
    expect((await signed(await signedIn('second', elsewhere), requestId)).state).toBe('granted')
    expect((await trailOf(requestId, 'stage.closed'))[0]?.data.quorum).toBe(2)
    expect(await askToken(requestId)).toHaveProperty('access_token')
  })

  test('is not asked for when nobody signs from there', async () => {
    await oneMore()
    const requestId = await filed(await signedIn('requester', elsewhere))
    expect((await signed(await signedIn('approver'), requestId)).state).toBe('granted')
    expect((await trailOf(requestId, 'stage.closed'))[0]?.data.quorum).toBe(1)
    expect(await askToken(requestId)).toHaveProperty('access_token')
  })

  test('keeps the request waiting when policy began to ask for it after filing', async () => {
    const requestId = await filed(await signedIn('requester'))
    await oneMore()
    expect(await signed(await signedIn('approver'), requestId)).toMatchObject({ state: 'awaiting', left: 1 })
    expect((await findRequest(requestId))?.stages[0]?.sameDevice).toBe('one-more')
    expect((await signed(await signedIn('second', elsewhere), requestId)).state).toBe('granted')
  })

  test('is not enough for a token when policy began to ask for it after the grant', async () => {
    const requestId = await filed(await signedIn('requester'))
    expect((await signed(await signedIn('approver'), requestId)).state).toBe('granted')
    expect(await askToken(requestId)).toHaveProperty('access_token')
    await oneMore()
    expect(await refusalOf(askToken(requestId))).toMatchObject({ reason: 'policy_refused' })
    await plain()
    expect(await askToken(requestId)).toHaveProperty('access_token')
  })
})
