import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { listDecidable } from '@/lib/data/decidable'
import { findVisibleGrant } from '@/lib/data/grants'
import { listLiveGrants } from '@/lib/data/live-grants'
import { newId } from '@/lib/data/new-id'
import { findTrailEntry, searchTrail } from '@/lib/data/trail-search'
import { countVisibleRequests, findVisibleRequest, listVisibleRequests } from '@/lib/data/visible-requests'
import { mayRevoke, maySeeRequest } from '@/lib/domain/access'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import { partiesOf } from '@/lib/domain/request-record'
import { EVERYTHING } from '@/lib/domain/trail-query'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { yes } from '@/tests/harness/demo'
import { insertProposed } from './tried-on'
import { type AccessWorld, absentRequest, accessWorld, KINDS, type Kind } from './world'

/** The requests of this world and who may see, and who may revoke, each: written down, not computed. */
const REQUESTS = {
  /** The requester's, live, signed by nobody. */
  plain: {
    see: ['requester', 'owner', 'auditor', 'administrator'],
    revoke: ['requester', 'owner', 'administrator'],
  },
  /** The requester's, waiting for Security. */
  waiting: {
    see: ['requester', 'approver', 'owner', 'auditor', 'administrator'],
    revoke: ['requester', 'approver', 'owner', 'administrator'],
  },
  /** The requester's, live after a countersignature. */
  signed: {
    see: ['requester', 'approver', 'owner', 'auditor', 'administrator'],
    revoke: ['requester', 'approver', 'owner', 'administrator'],
  },
  /** Proposed to the requester by an agent, and not confirmed. Nothing of it is live, so revoking it ends nothing. */
  proposed: {
    see: ['requester', 'auditor'],
    revoke: ['requester', 'owner', 'administrator'],
  },
  /** Somebody else's, waiting for Security. */
  others: {
    see: ['otherRequester', 'approver', 'owner', 'auditor', 'administrator'],
    revoke: ['otherRequester', 'approver', 'owner', 'administrator'],
  },
  /** Of the other tenant, live. */
  strange: {
    see: ['strangeRequester', 'strangeAuditor', 'strangeAdministrator'],
    revoke: ['strangeRequester', 'strangeAdministrator'],
  },
  /** Of the other tenant, waiting for the Security of that tenant. */
  strangeWaiting: {
    see: ['strangeRequester', 'strangeApprover', 'strangeAuditor', 'strangeAdministrator'],
    revoke: ['strangeRequester', 'strangeApprover', 'strangeAdministrator'],
  },
} as const satisfies Record<string, { see: readonly Kind[]; revoke: readonly Kind[] }>
type Name = keyof typeof REQUESTS
const NAMES = Object.keys(REQUESTS) as Name[]

let db: FreshDatabase
let world: AccessWorld
let ids: Record<Name, RequestId>
let grants: Partial<Record<Name, GrantId>>

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  const { demo, actors } = world
  ids = {
    plain: await demo.file('summarise-a-ticket', actors.requester),
    waiting: await demo.file('resolve-a-refund-ticket', actors.requester),
    signed: await demo.file('resolve-a-refund-ticket', actors.requester),
    proposed: await insertProposed(world),
    others: await demo.file('resolve-a-refund-ticket', actors.otherRequester),
    ...(await fileStrange()),
  }
  yes(await demo.approve(actors.approver, ids.signed))
  grants = {}
  for (const name of NAMES) {
    const { grant } = await demo.read(ids[name])
    if (grant) grants[name] = grant.id
  }
  expect(Object.keys(grants)).toEqual(['plain', 'signed', 'strange'])
})
afterAll(() => db.dispose())

async function fileStrange() {
  const { demo, other, actors } = world
  const ofTheirs = (slug: string) => {
    const { id, agentId, scopeIds } = other.templates.find((one) => one.slug === slug) ?? {}
    return {
      templateId: id,
      ...(agentId ? { agentId } : {}),
      ...(scopeIds ? { scopeIds: [...scopeIds] } : {}),
    }
  }
  const by = actors.strangeRequester
  const strange = await demo.file('summarise-a-ticket', by, ofTheirs('summarise-a-ticket'))
  return {
    strange,
    strangeWaiting: await demo.file('resolve-a-refund-ticket', by, ofTheirs('resolve-a-refund-ticket')),
  }
}

const sees = (kind: Kind, name: Name) => (REQUESTS[name].see as readonly Kind[]).includes(kind)
const revokes = (kind: Kind, name: Name) => (REQUESTS[name].revoke as readonly Kind[]).includes(kind)
const seenBy = (kind: Kind) => NAMES.filter((name) => sees(kind, name))

describe.each(KINDS)('A31: the %s', (kind) => {
  test.each(NAMES)('and the %s request: seen, or as absent as one that never was', async (name) => {
    const actor = world.actors[kind]
    const parties = partiesOf(await world.demo.read(ids[name]))
    expect(maySeeRequest(actor, parties)).toBe(sees(kind, name))
    expect(mayRevoke(actor, parties)).toBe(revokes(kind, name))
    const [found, absent] = await Promise.all([
      findVisibleRequest(actor, ids[name]),
      findVisibleRequest(actor, absentRequest()),
    ])
    expect(absent).toBeNull()
    expect(found?.id ?? null).toBe(sees(kind, name) ? ids[name] : null)
    const grantId = grants[name]
    if (!grantId) return
    const grant = await findVisibleGrant(actor, grantId)
    expect(grant?.grant.id ?? null).toBe(sees(kind, name) ? grantId : null)
    expect(await findVisibleGrant(actor, newId('GrantId'))).toBeNull()
  })

  test('lists and counts exactly what they may see', async () => {
    const actor = world.actors[kind]
    const now = await databaseNow()
    const listed = await listVisibleRequests(actor, {}, { now, take: 100 })
    const expected = seenBy(kind).map((name) => ids[name])
    expect(listed.map(({ id }) => id).sort()).toEqual([...expected].sort())
    expect(await countVisibleRequests(actor, {}, now)).toBe(expected.length)
    const live = await listLiveGrants(actor, { now, filter: 'all' })
    const expectedGrants = seenBy(kind).flatMap((name) => grants[name] ?? [])
    expect(live.rows.map(({ id }) => id).sort()).toEqual([...expectedGrants].sort())
    expect(live.counts.all).toBe(expectedGrants.length)
    for (const filter of ['ending', 'countersigned', 'unused'] as const) {
      const { rows } = await listLiveGrants(actor, { now, filter })
      expect([filter, live.counts[filter]]).toEqual([filter, rows.length])
    }
    for (const row of live.rows) {
      const name = NAMES.find((one) => grants[one] === row.id)
      expect(row.mayRevoke).toBe(name !== undefined && revokes(kind, name))
    }
  })

  test('is asked to sign only what waits for a group of theirs', async () => {
    const decidable = await listDecidable(world.actors[kind], await databaseNow(), { take: 50 })
    const expected =
      kind === 'approver' ? [ids.waiting, ids.others] : kind === 'strangeApprover' ? [ids.strangeWaiting] : []
    expect(decidable.map(({ request }) => request.id).sort()).toEqual([...expected].sort())
  })

  test('finds in the trail what happened to what they see, and nothing of another tenant', async () => {
    const actor = world.actors[kind]
    const { rows } = await pool().query<{
      leaf: number
      request_id: string | null
      tenant_id: string | null
    }>('select leaf::int as leaf, request_id, tenant_id from trail_event order by leaf')
    expect(rows.length).toBeGreaterThan(50)
    const isReader = actor.roles.some((role) => role === 'auditor' || role === 'administrator')
    const expected = rows
      .filter(({ request_id, tenant_id }) =>
        isReader
          ? tenant_id === actor.tenantId || tenant_id === null
          : seenBy(kind).some((name) => ids[name] === request_id),
      )
      .map(({ leaf }) => leaf)
    const found = await searchTrail(actor, EVERYTHING, { take: 10_000 })
    expect(found.rows.map(({ leaf }) => leaf).reverse()).toEqual(expected)
    const visible = []
    for (const { leaf } of rows) if (await findTrailEntry(actor, leaf)) visible.push(leaf)
    expect(visible).toEqual(expected)
    expect(await findTrailEntry(actor, rows.length + 1)).toBeNull()
  })
})

test('A42: what somebody types into a search is never SQL, and never widens it', async () => {
  const actor = world.actors.strangeRequester
  const own = await searchTrail(actor, EVERYTHING, { take: 10_000 })
  const typed = [
    `' or 1=1 --`,
    `x') or true or ('`,
    `\\'; drop table trail_event; --`,
    `%`,
    `"`,
    `:*`,
    `!`,
    `|`,
  ]
  for (const text of typed) {
    const fields = { ...EVERYTHING.fields, request: [text], agent: [text], human: [text] }
    for (const query of [
      { ...EVERYTHING, words: [text] },
      { ...EVERYTHING, fields },
    ]) {
      const { rows } = await searchTrail(actor, query, { take: 10_000 })
      for (const { leaf } of rows) expect(own.rows.map((row) => row.leaf)).toContain(leaf)
    }
  }
})
