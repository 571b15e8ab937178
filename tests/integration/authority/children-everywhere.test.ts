import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { addActor } from '@/tests/harness/administrators'
import { exchangeAt, isActiveAt } from '@/tests/harness/at-replica'
import { makeAgent, SECRET, type TestAgent } from '@/tests/harness/authority'
import { ASK, addAgent, type ChildrenWorld, childrenWorld, spiffe, stateOf } from '@/tests/harness/children'
import { actOf, yes } from '@/tests/harness/demo'
import { startReplica } from '@/tests/harness/replica'
import { grantTask } from '@/tests/harness/world'

// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let s: ChildrenWorld
let replica: Awaited<ReturnType<typeof startReplica>>
let third: TestAgent
let administrator: Actor

beforeAll(async () => {
  s = await childrenWorld()
  process.env.COUNTERSIGN_SECRET = SECRET
  process.env.COUNTERSIGN_ISSUER = s.issuer
  replica = await startReplica(s.db, s.issuer)
  await addAgent(s.world, 'third')
  third = await makeAgent(s.world, s.issuer, { agent: 'third' })
  administrator = await addActor(s.world, 'Administrator')
})
afterAll(async () => {
  await replica.stop()
  await s.dispose()
})

const places = () => [s.issuer, replica.url].map((url) => ({ world: s.world, issuer: s.issuer, url }))

/** What is published of a token's grant at one replica: 0 valid, 1 invalid. */
async function statusAt(url: string, token: string): Promise<number> {
  const { uri, idx } = getStatusListFromJWT(token)
  const jwt = await (await fetch(uri.replace(s.issuer, url))).text()
  return getListFromStatusListJWT(jwt).getStatus(idx)
}

test('A27: the parent revoked, everything below it is dead at the next question to any replica', async () => {
  const { grantId } = await grantTask(s.world)
  const child = await s.open(grantId, { ...ASK, depth: 1 })
  const deepest = await s.open(child.id, { ...ASK, agent: spiffe('third'), expires_in: 300 }, s.stranger)
  const below = [
    { id: child.id, agent: s.stranger, mandate: await s.stranger.mandateOf(child.id) },
    { id: deepest.id, agent: third, mandate: await third.mandateOf(deepest.id) },
  ]
  const [here] = places()
  if (!here) throw new Error('There are two of them.')
  const tokens = await Promise.all(
    below.map(async (one) => (await exchangeAt(here, one.agent, one.mandate)).token),
  )
  for (const place of places())
    for (const token of tokens) {
      expect(await isActiveAt(place, token)).toBe(true)
      expect(await statusAt(place.url, token)).toBe(0)
    }

  yes(await revokeGrant(administrator, actOf(administrator), { grantId, reason: 'Enough.' }))

  for (const place of places()) {
    for (const token of tokens) expect(await isActiveAt(place, token)).toBe(false)
    for (const { agent, mandate } of below)
      expect((await exchangeAt(place, agent, mandate)).reason).toBe('grant_revoked')
  }
  expect(await Promise.all(below.map(({ id }) => stateOf(id)))).toEqual(['revoked', 'revoked'])
  // A list is shared for half a second among those who ask at once, and made anew after that.
  for (const { url } of places())
    for (const token of tokens)
      await expect.poll(() => statusAt(url, token), { interval: 50, timeout: 20_000 }).toBe(1)
  const ended = await database().trailEvent.findMany({
    where: { type: 'grant.revoked', grantId: { in: [grantId, child.id, deepest.id] } },
    orderBy: { leaf: 'asc' },
  })
  const leaves = ended.map(({ leaf }) => Number(leaf))
  expect(leaves.map((leaf) => leaf - (leaves[0] ?? 0))).toEqual([0, 1, 2])
})
