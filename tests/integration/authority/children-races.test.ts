import { beforeAll, describe, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { endGrantRow } from '@/lib/data/write-grants'
import type { TrailEvent } from '@/lib/domain/events'
import type { GrantId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { makeAgent, type TestAgent } from '@/tests/harness/authority'
import { handOn, TICKETS } from '@/tests/harness/children'
import { yes } from '@/tests/harness/demo'
import { authority, withAuthority, world } from '@/tests/harness/open-authority'
import { persistently } from '@/tests/harness/persistently'
import { grantTask, SERVERS, setup, TRUST_DOMAIN } from '@/tests/harness/world'

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 48)
const SIDE_BY_SIDE = 8
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 1500, hookTimeout: 180_000 })

let triage: TestAgent
let stranger: TestAgent

withAuthority()
beforeAll(async () => {
  triage = await makeAgent(world, authority.issuer)
  stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
})

const ASK = {
  ...{ agent: `spiffe://${TRUST_DOMAIN}/env/staging/agent/stranger`, resources: TICKETS, expires_in: 600 },
  depth: 1,
}
const open = (grantId: string) => handOn(triage, authority.issuer, grantId, ASK)

/** Ends a grant as revoking it does, with an event that says where in the order of commits that was. */
async function revoke(grantId: GrantId): Promise<void> {
  const event: TrailEvent = { type: 'trust.changed', outcome: 'done', grantId }
  const to = { state: 'revoked', ended: new Date(), endedBy: 'somebody', endReason: null } as const
  yes(await persistently(() => commit(setup, done(null, event), (tx) => endGrantRow(tx, grantId, to))))
}

async function turnsFor(ms: number): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < ms; ) await pool().query('select 1')
}

/**
 * Races two acts in all rounds, the second from at once to after the first usually ends. In the very first it is over
 * before the first begins, and in each eighth it waits for the first: both ends are there on any machine. Counts the
 * first's successes.
 */
async function raceAll<T>(
  prepare: () => Promise<T>,
  first: (one: T) => Promise<boolean>,
  second: (one: T) => Promise<unknown>,
): Promise<number> {
  const warm = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, prepare))
  const begun = performance.now()
  await Promise.all(warm.map(first))
  const usual = performance.now() - begun
  let won = 0
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
    const ones = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, prepare))
    const raced = ones.map(async (one, n) => {
      if (round + n === 0) return second(one).then(() => first(one))
      const asked = first(one)
      await (n === SIDE_BY_SIDE - 1 ? asked : turnsFor((usual * n) / (SIDE_BY_SIDE - 2)))
      await second(one)
      return asked
    })
    won += (await Promise.all(raced)).filter(Boolean).length
  }
  return won
}

async function family() {
  const { grantId } = await grantTask(world)
  const child = await open(grantId)
  expect(child.status).toBe(200)
  return { grantId, mandate: await stranger.mandateOf(child.id) }
}

const LATE = `select i.leaf from trail_event c join child_grant k on k.root_id = c.grant_id
  join trail_event i on i.grant_id = k.grant_id and i.leaf > c.leaf and i.type = 'credential.issued'
  where c.type = 'trust.changed'`

// Nothing may be live below what is not, whoever came first.
const ORPHANS = `select g.id from child_grant k join permission_grant g on g.id = k.grant_id
  join permission_grant u on u.id = any(k.above) where g.state = 'live' and u.state <> 'live'`

describe('A18 below a grant', () => {
  test(`nothing is issued for a child after its parent was revoked, ${ROUNDS} rounds`, async () => {
    const issue = ({ mandate }: { mandate: string }) =>
      stranger.exchange({ mandate, resource: SERVERS.tickets }).then(
        () => true,
        () => false,
      )
    const issued = await raceAll(family, issue, ({ grantId }) => revoke(grantId))
    expect((await pool().query(LATE)).rows).toEqual([])
    expect((await pool().query(ORPHANS)).rows).toEqual([])
    expect(issued).toBeGreaterThan(0)
    expect(issued).toBeLessThan(ROUNDS)
  })

  test(`nothing is opened below a grant after it was revoked, ${ROUNDS} rounds`, async () => {
    const task = async () => (await grantTask(world)).grantId
    const opened = await raceAll(task, async (id) => (await open(id)).status === 200, revoke)
    expect((await pool().query(ORPHANS)).rows).toEqual([])
    expect(opened).toBeGreaterThan(0)
    expect(opened).toBeLessThan(ROUNDS)
  })

  test(`two that end a parent and its child at once never wait for each other, ${ROUNDS} rounds`, async () => {
    const both = async () => {
      const { grantId } = await grantTask(world)
      return { grantId, childId: (await open(grantId)).id as GrantId }
    }
    const alone = (id: GrantId) =>
      revoke(id).then(
        () => true,
        () => false,
      )
    await raceAll(
      both,
      ({ childId }) => alone(childId),
      ({ grantId }) => alone(grantId),
    )
    expect((await pool().query(ORPHANS)).rows).toEqual([])
  })
})
