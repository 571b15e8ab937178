import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commit, type Tx } from '@/lib/data/commit'
import { database, pool } from '@/lib/data/database'
import { endGrantRow } from '@/lib/data/write-grants'
import type { TrailEvent } from '@/lib/domain/events'
import { type AgentId, GrantId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { afterReading } from '@/tests/harness/after-reading'
import { makeAgent, type TestAgent } from '@/tests/harness/authority'
import {
  addAgent,
  type ChildrenWorld,
  childrenWorld,
  claimsOf,
  handOn,
  spiffe,
} from '@/tests/harness/children'
import { yes } from '@/tests/harness/demo'
import { persistently } from '@/tests/harness/persistently'
import { grantTask, SERVERS, setup } from '@/tests/harness/world'

// A grandchild that stands on signatures that named it, raced against whatever must stop it. Each round begins its asks
// around the act: the first is answered before the act begins, the last is sent when the act has been acknowledged, and
// those between begin with it and after it, one turn of the database apart. In every other round the act happens when one
// of them has read what it is decided on and has locked nothing yet. What is judged is what the callers were told, and the
// order of commits in the trail: no clock, and no number that has to come out.

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 6)
const BETWEEN = 4
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 10_000, hookTimeout: 180_000 })
const VAULT = [{ resource: SERVERS.vault }]

let s: ChildrenWorld
let third: TestAgent
let ids: Record<'stranger' | 'third', AgentId>

beforeAll(async () => {
  s = await childrenWorld()
  ids = { stranger: s.world.agents.stranger, third: await addAgent(s.world, 'third') }
  third = await makeAgent(s.world, s.issuer, { agent: 'third' })
})
afterAll(() => s.dispose())

type Family = { root: GrantId; child: GrantId; leaf: GrantId; mandate: string }

/** Root, child and grandchild, signed for by Security as far down as that, and a token that was issued already. */
async function family(): Promise<Family> {
  const agents = Object.entries(ids).map(([slug, id]) => ({ id, slug, identity: spiffe(slug) }))
  const signed = { scopes: ['secret'], signed: ['approver'], delegation: { agents, depth: 3 } } as const
  const root = (await grantTask(s.world, signed)).grantId
  const child = await handOn(s.triage, s.issuer, root, {
    agent: spiffe('stranger'),
    resources: VAULT,
    depth: 2,
  })
  const leaf = await handOn(s.stranger, s.issuer, child.id, {
    agent: spiffe('third'),
    resources: VAULT,
    depth: 1,
  })
  expect([child.status, leaf.status]).toEqual([200, 200])
  const mandate = await third.mandateOf(leaf.id)
  await third.exchange({ mandate, resource: SERVERS.vault })
  return { root, child: GrantId.parse(child.id), leaf: GrantId.parse(leaf.id), mandate }
}

/** Makes a change with an event that says where in the order of commits it was. */
async function withEvent(of: Family, write: (tx: Tx) => Promise<unknown>): Promise<void> {
  const event: TrailEvent = { type: 'trust.changed', outcome: 'done', grantId: of.root }
  yes(
    await persistently(() =>
      commit(setup, done(null, event), async (tx) => {
        await write(tx)
      }),
    ),
  )
}

type Stop = { what: string; stop: (of: Family) => Promise<void>; undo?: () => Promise<unknown> }

const approver = () => ({ personId: s.world.people.approver })
const ownerOf = (agentId: AgentId) => ({ agentId, ...approver() })
const setSuspended = (tx: Pick<Tx, 'agent'>, id: AgentId, suspended: Date | null) =>
  tx.agent.update({ where: { id }, data: { suspended, rev: { increment: 1 } } })

const suspends = (which: 'stranger' | 'third'): Stop => ({
  what: `${which === 'third' ? 'the sub-agent' : 'the agent between'} is suspended`,
  stop: (of) => withEvent(of, (tx) => setSuspended(tx, ids[which], new Date())),
  undo: () => setSuspended(database(), ids[which], null),
})
const owns = (which: 'stranger' | 'third'): Stop => ({
  what: `who signed becomes an owner of ${which === 'third' ? 'the sub-agent' : 'the agent between'}`,
  stop: (of) =>
    withEvent(of, async (tx) => {
      await tx.agent.update({ where: { id: ids[which] }, data: { rev: { increment: 1 } } })
      await tx.agentOwner.create({ data: ownerOf(ids[which]) })
    }),
  undo: () => database().agentOwner.delete({ where: { agentId_personId: ownerOf(ids[which]) } }),
})

let seat: { groupId: string; personId: string; addedBy: string } | null = null

const STOPS: readonly Stop[] = [
  suspends('third'),
  suspends('stranger'),
  owns('third'),
  owns('stranger'),
  {
    what: 'who signed leaves the group',
    stop: async (of) => {
      const row = await database().groupMember.findFirstOrThrow({ where: approver() })
      seat = row
      const { groupId, personId } = row
      await withEvent(of, (tx) =>
        tx.groupMember.delete({ where: { groupId_personId: { groupId, personId } } }),
      )
    },
    undo: async () => seat && database().groupMember.create({ data: seat }),
  },
  {
    what: 'the person is disabled',
    stop: (of) =>
      withEvent(of, (tx) =>
        tx.person.update({ where: { id: s.world.people.requester }, data: { disabled: new Date() } }),
      ),
    undo: () =>
      database().person.update({ where: { id: s.world.people.requester }, data: { disabled: null } }),
  },
  {
    what: 'the root is revoked',
    stop: (of) =>
      withEvent(of, (tx) =>
        endGrantRow(tx, of.root, {
          state: 'revoked',
          ended: new Date(),
          endedBy: 'somebody',
          endReason: null,
        }),
      ),
  },
]

/** What one caller was told: the id of what it got, or null. */
type Ask = (of: Family) => Promise<string | null>

const issue: Ask = ({ mandate }) =>
  third.exchange({ mandate, resource: SERVERS.vault }).then(
    ({ access_token }) => String(claimsOf(access_token).jti),
    () => null,
  )
// Suspended, it does not even get the token that it would ask with.
const open: Ask = ({ child }) =>
  handOn(s.stranger, s.issuer, child, { agent: spiffe('third'), resources: VAULT }).then(
    (said) => (said.status === 200 ? said.id : null),
    () => null,
  )

type Told = { got: (string | null)[]; first: string | null; last: string | null }

const FACTS = 'select g.id, clock_timestamp() as now'

/** Acts when one of the asks has read the facts it is decided on, before it goes on. */
const onceRead = (act: () => Promise<void>) =>
  new Promise<void>((resolve, reject) => afterReading(FACTS, () => act().then(resolve, reject)))

/** One round: an ask that is over before the act, some around it, and one that is sent after it was acknowledged. */
async function race(of: Family, ask: Ask, begin: () => Promise<void>): Promise<Told> {
  const first = await ask(of)
  const asked: Promise<string | null>[] = []
  const acted = begin()
  for (let n = 0; n < BETWEEN; n += 1) {
    asked.push(ask(of))
    await pool().query('select 1')
  }
  await acted
  const last = await ask(of)
  return { got: [first, ...(await Promise.all(asked)), last], first, last }
}

// By the order of commits: what came of a family after the act that stops it.
const AFTER = `select e.type, e.grant_id from trail_event c join child_grant k on k.root_id = c.grant_id
  join trail_event e on e.leaf > c.leaf and (
    (e.type = 'credential.issued' and e.grant_id = k.grant_id) or (e.type = 'grant.handed_on' and e.grant_id = k.grant_id))
  where c.type = 'trust.changed' and c.grant_id = any($1)`
const ISSUED = `select e.credential_id as id from trail_event e
  where e.type = 'credential.issued' and e.credential_id = any($1)`
const OPENED = `select e.grant_id as id from trail_event e where e.type = 'grant.opened' and e.grant_id = any($1)`

async function raceAll({ stop, undo }: Stop, ask: Ask, told: string) {
  const roots: string[] = []
  const got: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const of = await family()
    roots.push(of.root)
    const act = () => stop(of)
    const said = await race(of, ask, round % 2 === 0 ? () => onceRead(act) : act).finally(undo)
    expect(said.first).not.toBeNull()
    expect(said.last).toBeNull()
    got.push(...said.got.filter((one) => one !== null))
  }
  expect((await pool().query(AFTER, [roots])).rows).toEqual([])
  const { rows } = await pool().query(told, [got])
  expect(rows.map(({ id }) => String(id)).sort()).toEqual([...got].sort())
}

describe(`what stands on signatures for it, ${ROUNDS} rounds each`, () => {
  test.each(STOPS)('is issued nothing once $what', (stop) => raceAll(stop, issue, ISSUED))
  test.each(STOPS)('is handed on no more once $what', (stop) => raceAll(stop, open, OPENED))
})
