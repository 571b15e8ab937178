import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { INSECURE, type TestAgent } from '@/tests/harness/authority'
import { ASK, addAgent, type ChildrenWorld, childrenWorld, leftOf, spiffe } from '@/tests/harness/children'
import { ASK as MORE } from '@/tests/harness/steps'
import { grantTask } from '@/tests/harness/world'

// F1: sent again under the same key, a call is the same call.

let w: ChildrenWorld
beforeAll(async () => {
  w = await childrenWorld()
  await addAgent(w.world, 'reader')
})
afterAll(() => w.dispose())

let token: string
beforeEach(async () => {
  token = await w.triage.ownToken()
})

type Said = { status: number; id?: string; reason?: string; [member: string]: unknown }

async function send(
  path: string,
  key: string | null,
  body: object,
  agent: TestAgent = w.triage,
): Promise<Said> {
  const headers = new Headers({
    'content-type': 'application/json',
    ...(key ? { 'idempotency-key': key } : {}),
  })
  const own = agent === w.triage ? token : await agent.ownToken()
  const url = new URL(`${w.issuer}${path}`)
  const options = { ...INSECURE, DPoP: agent.dpop }
  const answer = await oauth.protectedResourceRequest(
    own,
    'POST',
    url,
    headers,
    JSON.stringify(body),
    options,
  )
  return { ...(await answer.json()), status: answer.status }
}

async function capped(uses: number) {
  const { grantId } = await grantTask(w.world, { scopes: ['read'] })
  await database().grant.update({ where: { id: grantId }, data: { uses, usesLeft: uses } })
  return { grantId, children: `/grants/${grantId}/children`, steps: `/grants/${grantId}/steps` }
}
const childrenOf = (parentId: string) => database().childGrant.count({ where: { parentId } })

describe('a child grant', () => {
  test('asked for again with the same key is the same one, and takes no uses again', async () => {
    const { grantId, children } = await capped(5)
    const ask = { ...ASK, uses: 2 }
    const first = await send(children, 'child-1', ask)
    expect(first.status).toBe(200)
    // In other words the same request.
    expect(await send(children, 'child-1', { ...ask, depth: 0 })).toEqual(first)
    expect([await childrenOf(grantId), await leftOf(grantId)]).toEqual([1, 3])
    const other = await send(children, 'child-2', ask)
    expect([other.status, other.id === first.id, await leftOf(grantId)]).toEqual([200, false, 1])
    const spent = await send(children, 'child-3', ask)
    expect([spent.status, spent.reason]).toEqual([400, 'child_beyond'])
    // What was refused was not made: it may be asked anew.
    expect((await send(children, 'child-3', { ...ask, uses: 1 })).status).toBe(200)
  })

  test('sent many times at once is opened once, and everybody hears of that one', async () => {
    const { grantId, children } = await capped(20)
    const ask = { ...ASK, uses: 2 }
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(children, 'crowd', ask)))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect([await childrenOf(grantId), await leftOf(grantId)]).toEqual([1, 18])
  })

  test('another request under the key is refused, and another agent has keys of its own', async () => {
    const { children } = await capped(5)
    expect((await send(children, 'taken', { ...ASK, uses: 1 })).status).toBe(200)
    const elsewhere = await capped(5)
    for (const [path, body] of [
      [children, { ...ASK, uses: 2 }],
      [children, { ...ASK, uses: 1, agent: spiffe('reader') }],
      [elsewhere.children, { ...ASK, uses: 1 }],
      [elsewhere.steps, MORE],
    ] as const)
      expect(await send(path, 'taken', body)).toMatchObject({ status: 422, reason: 'key_taken' })
    expect(await leftOf(elsewhere.grantId)).toBe(5)
    const theirs = await grantTask(w.world, { agent: 'stranger' })
    const ask = { ...ASK, agent: spiffe('triage') }
    expect((await send(`/grants/${theirs.grantId}/children`, 'taken', ask, w.stranger)).status).toBe(200)
  })

  test('under a key that cannot be one is refused; without a key each is a new one', async () => {
    const { grantId, children } = await capped(5)
    for (const key of ['two words', 'x'.repeat(256)])
      expect(await send(children, key, { ...ASK, uses: 1 })).toMatchObject({ reason: 'request_malformed' })
    await send(children, null, { ...ASK, uses: 1 })
    await send(children, null, { ...ASK, uses: 1 })
    expect([await childrenOf(grantId), await leftOf(grantId)]).toEqual([2, 3])
  })
})

test('a proposal sent again with the same key is the same one, also at once', async () => {
  await pool().query('delete from rate_count')
  const { grantId, steps } = await capped(5)
  const answers = await Promise.all(Array.from({ length: 4 }, () => send(steps, 'step-1', MORE)))
  const [first] = answers
  expect(first).toMatchObject({ status: 200, state: 'proposed' })
  expect(answers).toEqual(Array(4).fill(first))
  expect(await database().request.count({ where: { proposedUnder: grantId } })).toBe(1)
  expect(await send(steps, 'step-2', MORE)).toMatchObject({ reason: 'step_waiting' })
  expect(await send(steps, 'step-1', { ...MORE, expires_in: 900 })).toMatchObject({ status: 422 })
})
