import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { database } from '@/lib/data/database'
import { listLiveGrants, listOwnLiveGrants } from '@/lib/data/live-grants'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import type { GrantId } from '@/lib/domain/ids'
import type { LiveFilter } from '@/lib/domain/live-grant'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { revokeGrants } from '@/lib/usecases/grants/revoke-grants'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor
let second: Actor
let auditor: Actor
let administrator: Actor

const grantOf = async (requestId: Parameters<DemoPeople['read']>[0]): Promise<GrantId> => {
  const { grant } = await demo.read(requestId)
  if (!grant) throw new Error(`${requestId} has no grant.`)
  return grant.id
}
const people = (): Record<string, Actor> => ({ requester, approver, second, auditor, administrator })
const list = async (actor: Actor, filter: LiveFilter = 'all', before: string | null = null, take = 200) =>
  listLiveGrants(actor, { now: await databaseNow(), filter, before, take })
const idsOf = async (actor: Actor, filter: LiveFilter = 'all') =>
  (await list(actor, filter)).rows.map(({ id }) => id)

let summary: GrantId
let refund: GrantId
let ofApprover: GrantId

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
  auditor = await demo.actor('compliance-officer')
  administrator = await demo.actor('administrator')
  summary = await grantOf(await demo.file('summarise-a-ticket', requester))
  const held = await demo.file('resolve-a-refund-ticket', requester)
  yes(await demo.approve(approver, held))
  refund = await grantOf(held)
  ofApprover = await grantOf(await demo.file('summarise-a-ticket', approver))
})
afterAll(() => db.dispose())

describe('who sees which live grants', () => {
  test('everybody exactly what they may see', async () => {
    const expected: Record<string, GrantId[]> = {
      requester: [refund, summary],
      approver: [ofApprover, refund],
      second: [refund],
      auditor: [ofApprover, refund, summary],
      administrator: [ofApprover, refund, summary],
    }
    for (const [who, actor] of Object.entries(people())) {
      const { rows, counts } = await list(actor)
      expect([who, rows.map(({ id }) => id).sort()]).toEqual([who, expected[who]?.sort()])
      expect([who, counts.all]).toEqual([who, expected[who]?.length])
    }
  })

  test('and may revoke exactly what they may revoke', async () => {
    const revocable = async (actor: Actor) =>
      (await list(actor)).rows.filter(({ mayRevoke }) => mayRevoke).map(({ id }) => id)
    expect(await revocable(requester)).toHaveLength(2)
    expect(await revocable(second)).toEqual([refund])
    expect(await revocable(administrator)).toHaveLength(3)
    expect(await revocable(auditor)).toEqual([])
  })

  test('nobody of another tenant sees anything', async () => {
    const stranger: Actor = {
      ...administrator,
      personId: newId('PersonId'),
      tenantId: newId('TenantId'),
      groups: [],
    }
    expect(await idsOf(stranger)).toEqual([])
  })

  test('Home shows only what somebody filed themselves', async () => {
    const now = await databaseNow()
    const ids = async (actor: Actor) => (await listOwnLiveGrants(actor, now, 20)).map(({ id }) => id)
    expect(await ids(requester)).toEqual([summary, refund])
    expect(await ids(approver)).toEqual([ofApprover])
    expect(await ids(administrator)).toEqual([])
  })
})

describe('what a row says', () => {
  test('signatures, riskiest scope, nothing used yet', async () => {
    const { rows } = await list(requester)
    expect(rows.find(({ id }) => id === refund)).toMatchObject({
      agent: 'refund-triage',
      requester: 'Requester',
      signed: 2,
      scopes: 3,
      sensitivity: 3,
      action: 'secret:read',
      seen: null,
      status: 'live',
      isOwn: true,
    })
    expect(rows.find(({ id }) => id === summary)).toMatchObject({ signed: 1, scopes: 1 })
  })

  test('the newest use or refusal, by the trail', async () => {
    await issueToken(summary, 'Tickets', 120)
    const { rows } = await list(requester)
    expect(rows.find(({ id }) => id === summary)?.seen).toEqual({
      at: expect.any(Number),
      says: 'ticket:read at Tickets',
    })
  })
})

describe('filters and pages', () => {
  test('chips count and filter alike', async () => {
    const { counts } = await list(requester)
    for (const filter of ['all', 'ending', 'countersigned', 'unused'] as const)
      expect([filter, await idsOf(requester, filter)]).toEqual([
        filter,
        expect.objectContaining({ length: counts[filter] }),
      ])
    expect(await idsOf(requester, 'countersigned')).toEqual([refund])
    expect(await idsOf(requester, 'unused')).toEqual([refund])
  })

  test('a page goes on behind the last row, and every grant comes once', async () => {
    const seen: string[] = []
    let before: string | null = null
    do {
      const page = await list(administrator, 'all', before, 1)
      expect(page.rows).toHaveLength(1)
      seen.push(...page.rows.map(({ id }) => id))
      before = page.next
    } while (before)
    expect([...new Set(seen)].sort()).toEqual([summary, refund, ofApprover].sort())
    expect(seen).toHaveLength(3)
  })
})

describe('after the end', () => {
  test('a revoked grant stays, with who, when and which bound for whom', async () => {
    await issueToken(refund, 'Tickets', 240)
    yes(await revokeGrant(approver, actOf(approver), { grantId: refund, reason: '' }))
    const { rows, counts, now } = await list(requester)
    const row = rows.find(({ id }) => id === refund)
    expect(row).toMatchObject({ status: 'revoked', endedBy: 'Approver', mayRevoke: false })
    expect(row?.bounds.map(({ server, check }) => `${server} ${check}`).sort()).toEqual([
      'Refunds introspection',
      'Tickets offline',
      'Vault introspection',
    ])
    const tickets = row?.bounds.find(({ server }) => server === 'Tickets')
    expect(tickets?.lastTokenEnds).toBeGreaterThan(now)
    expect(counts.all).toBe(1)
  })

  test('bulk is all or none', async () => {
    const grantIds = [summary, refund]
    expect(no(await revokeGrants(administrator, actOf(administrator), { grantIds, reason: '' }))).toBe(
      'not_live',
    )
    expect((await list(requester)).rows.find(({ id }) => id === summary)?.status).toBe('live')
    const both = { grantIds: [summary, ofApprover], reason: 'Not needed.' }
    yes(await revokeGrants(administrator, actOf(administrator), both))
    expect((await list(administrator)).counts.all).toBe(0)
  })

  test('after 15 minutes it is gone from the list', async () => {
    const now = new Date((await databaseNow()).getTime() + 15 * 60_000 + 1000)
    const { rows } = await listLiveGrants(administrator, { now, filter: 'all' })
    expect(rows).toEqual([])
  })

  test('time that ran out is the end too', async () => {
    const late = await grantOf(await demo.file('summarise-a-ticket', requester))
    const now = new Date((await databaseNow()).getTime() + 15 * 60_000 + 1000)
    const { rows, counts } = await listLiveGrants(requester, { now, filter: 'all' })
    expect(rows).toEqual([expect.objectContaining({ id: late, status: 'expired', mayRevoke: false })])
    expect(counts.all).toBe(0)
  })
})

/** A credential with its event, as the authority would leave them. */
async function issueToken(grantId: GrantId, serverName: string, seconds: number): Promise<void> {
  const grant = await database().grant.findUniqueOrThrow({
    where: { id: grantId },
    include: { scopes: true },
  })
  const scope = grant.scopes.find((one) => one.serverName === serverName)
  if (!scope) throw new Error(`${grantId} has nothing at ${serverName}.`)
  const issued = await databaseNow()
  const id = newId('CredentialId')
  const event = {
    type: 'credential.issued',
    outcome: 'allowed',
    grantId,
    credentialId: id,
  } as const
  const expires = new Date(issued.getTime() + seconds * 1000)
  const row = { id, grantId, agentId: grant.agentId, serverId: scope.serverId, scope: scope.action }
  yes(
    await commit({ via: 'authority' }, { result: { ok: true, value: id }, events: [event] }, async (tx) => {
      await tx.credential.create({ data: { ...row, jkt: 'key', issued, expires } })
    }),
  )
}
