import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { findTrailEntry, searchTrail } from '@/lib/data/trail-search'
import { summariseTrail } from '@/lib/data/trail-summary'
import { whereVisible } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { GrantId, type RequestId, TenantId } from '@/lib/domain/ids'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import type { TrailRow } from '@/lib/domain/trail-record'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let auditor: Actor
let requester: Actor
let approver: Actor
let granted: RequestId
let waiting: RequestId
let refused: RequestId
let grantId: string

const PHRASE = 'The customer has waited nine days.'
const TAKE = { take: 1000 }

const find = async (actor: Actor, text: string) => {
  const { query, problems } = parseTrailQuery(text)
  expect(problems).toEqual([])
  return (await searchTrail(actor, query, TAKE)).rows
}
const typesOf = async (text: string, actor = auditor) => (await find(actor, text)).map(({ type }) => type)

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  auditor = await demo.actor('compliance-officer')
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  granted = await demo.file('resolve-a-refund-ticket', requester)
  yes(await demo.approve(approver, granted))
  const grant = (await demo.read(granted)).grant
  if (!grant) throw new Error('The grant is missing.')
  grantId = grant.id
  yes(
    await revokeGrant(requester, actOf(requester), {
      grantId: GrantId.parse(grantId),
      reason: 'Zebra crossing',
    }),
  )
  waiting = await demo.file('rotate-a-production-secret', requester, { justification: 'Quarterly rotation.' })
  const scopeIds = [demo.scopeId('secret:write')]
  refused = await demo.file('resolve-a-refund-ticket', requester, { scopeIds })
})
afterAll(() => db.dispose())

describe('a search', () => {
  test('by words finds names, ids, kinds of event and free text, by their beginning too', async () => {
    for (const text of [
      'secret-rotator',
      'secret-rot',
      waiting,
      waiting.toLowerCase(),
      'quarterly',
      'Quarter',
    ])
      expect(
        (await find(auditor, text)).map(({ requestId }) => requestId),
        text,
      ).toContain(waiting)
    expect(await typesOf('zebra')).toEqual(['grant.revoked'])
    expect(await typesOf('"Zebra crossing"')).toEqual(['grant.revoked'])
    expect(await typesOf('"crossing zebra"')).toEqual([])
    expect(await typesOf('revoked')).toEqual(['grant.revoked'])
    expect(await typesOf('nothing-is-called-this')).toEqual([])
  })

  test('by two words wants both', async () => {
    expect(await typesOf('zebra refund-triage')).toEqual(['grant.revoked'])
    expect(await typesOf('zebra quarterly')).toEqual([])
  })

  test('by every field finds that and nothing else', async () => {
    const [filed] = await find(auditor, `request:${granted} event:request.filed`)
    if (!filed) throw new Error('The filing is not in the trail.')
    const [decision = ''] = filed.decisionIds
    const [policy = ''] = filed.policyIds
    const cases: [string, (row: TrailRow) => boolean][] = [
      [`human:${requester.personId}`, ({ human }) => human?.id === requester.personId],
      ['human:REQUESTER', ({ human }) => human?.name === 'Requester'],
      ['human:"Compliance officer"', ({ human }) => human?.name === 'Compliance officer'],
      ['agent:refund-triage', ({ agent }) => agent?.slug === 'refund-triage'],
      [`request:${granted.toLowerCase()}`, ({ requestId }) => requestId === granted],
      [`grant:${grantId}`, (row) => row.grantId === grantId],
      [`decision:${decision}`, ({ decisionIds }) => decisionIds.includes(decision)],
      [`policy:${policy}`, ({ policyIds }) => policyIds.includes(policy)],
      ['outcome:refused', ({ outcome }) => outcome === 'refused'],
      ['event:grant.opened', ({ type }) => type === 'grant.opened'],
      ['event:grant', ({ type }) => type.startsWith('grant.')],
      ['event:grant.opened event:grant.revoked', ({ type }) => /^grant\.(opened|revoked)$/.test(type)],
      ['agent:refund-triage outcome:refused', (row) => row.agent !== null && row.outcome === 'refused'],
    ]
    const all = await find(auditor, '')
    for (const [text, fits] of cases) {
      const found = await find(auditor, text)
      expect(found.length, text).toBeGreaterThan(0)
      expect(found, text).toEqual(all.filter(fits))
    }
    expect((await find(auditor, 'outcome:refused')).map(({ requestId }) => requestId)).toContain(refused)
  })

  test('by time takes its beginning in and leaves its end out', async () => {
    const [newest] = await find(auditor, '')
    if (!newest) throw new Error('The trail is empty.')
    const at = newest.at.toISOString()
    const since = await find(auditor, `after:${at}`)
    expect(since.length).toBeGreaterThan(0)
    expect(since.every((row) => row.at >= newest.at)).toBe(true)
    const until = await find(auditor, `before:${at}`)
    expect(until.every((row) => row.at < newest.at)).toBe(true)
    expect(since.length + until.length).toBe((await find(auditor, '')).length)
  })

  test('gives every entry once, page after page, newest first', async () => {
    const { query } = parseTrailQuery('agent:refund-triage')
    const all = (await searchTrail(auditor, query, TAKE)).rows.map(({ leaf }) => leaf)
    const paged: number[] = []
    let below: number | undefined
    do {
      const page = await searchTrail(auditor, query, { take: 3, below })
      paged.push(...page.rows.map(({ leaf }) => leaf))
      below = page.older ?? undefined
    } while (below !== undefined)
    expect(paged).toEqual(all)
    expect(paged).toEqual([...paged].sort((a, b) => b - a))
  })

  test('shows human, agent and decision of a task beside each other, and the entry in full', async () => {
    const [row] = await find(auditor, `refund-triage event:request.filed request:${granted}`)
    expect(row).toMatchObject({
      human: { name: 'Requester' },
      agent: { slug: 'refund-triage' },
      outcome: 'held',
    })
    expect(row?.decisionIds).toHaveLength(3)
    const entry = await findTrailEntry(auditor, row?.leaf ?? -1)
    expect(entry?.texts).toContainEqual(expect.objectContaining({ name: 'justification', text: PHRASE }))
    expect(entry?.entry).not.toContain(PHRASE)
    const [end] = await find(auditor, `grant:${grantId} event:grant.revoked`)
    expect(end?.data).toMatchObject({ before: 'live', after: 'revoked' })
  })
})

describe('the figures beside a search', () => {
  test('count what matches', async () => {
    for (const text of ['', 'agent:refund-triage', 'zebra', 'nothing-is-called-this']) {
      const { query } = parseTrailQuery(text)
      const rows = await find(auditor, text)
      const summary = await summariseTrail(auditor, query)
      expect(summary.total).toBe(rows.length)
      expect(summary.refused).toBe(rows.filter(({ outcome }) => outcome === 'refused').length)
      for (const { value, count } of summary.facets.event)
        expect(count).toBe(rows.filter(({ type }) => type === value).length)
      for (const { value, label, count } of summary.facets.human) {
        expect(count).toBe(rows.filter(({ human }) => human?.id === value).length)
        expect(rows.map(({ human }) => human?.name)).toContain(label)
      }
      for (const { value, count } of summary.facets.policy)
        expect(count).toBe(rows.filter(({ policyIds }) => policyIds.includes(value)).length)
      const slots = summary.histogram?.slots ?? []
      expect(slots.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
    }
  })

  test('are those of what one may see', async () => {
    const { query } = parseTrailQuery('')
    const [all, own] = await Promise.all([summariseTrail(auditor, query), summariseTrail(requester, query)])
    expect(own.total).toBeLessThan(all.total)
    expect(own.total).toBe((await find(requester, '')).length)
  })
})

describe('what somebody may see', () => {
  test('is everything for compliance, entries of the installation among it', async () => {
    const { rows } = await pool().query<{ n: number }>('select count(*)::int as n from trail_event')
    expect(await find(auditor, '')).toHaveLength(rows[0]?.n ?? -1)
    expect(await typesOf('event:policy')).toEqual(['policy.activated'])
  })

  test('is what happened to their own requests for a requester', async () => {
    const found = await find(requester, '')
    expect(new Set(found.map(({ requestId }) => requestId))).toEqual(new Set([granted, waiting, refused]))
    expect(await typesOf('event:policy', requester)).toEqual([])
  })

  test('is what their groups are asked for an approver, and nothing else', async () => {
    const found = await find(approver, '')
    expect(new Set(found.map(({ requestId }) => requestId))).toEqual(new Set([granted, waiting]))
    const [hidden] = await find(requester, `request:${refused}`)
    expect(await findTrailEntry(approver, hidden?.leaf ?? -1)).toBeNull()
    expect(await findTrailEntry(requester, hidden?.leaf ?? -1)).not.toBeNull()
  })

  test('does not grow by a group of the same name elsewhere or a group one has left', async () => {
    const left: Actor = { ...approver, personId: auditor.personId, groups: [] }
    expect(await find({ ...left, roles: ['approver'] }, '')).toEqual([])
    const [group] = approver.groups
    if (!group) throw new Error('The approver is in no group.')
    const foreign = { ...group, tenantId: TenantId.parse('T-ZZZZZZZZ') }
    expect(await find({ ...left, roles: ['approver'], groups: [foreign] }, '')).toEqual([])
  })

  test('is the same in the trail and in the list of requests, a group that a stage may escalate to among it', async () => {
    const [group] = approver.groups
    if (!group) throw new Error('The approver is in no group.')
    const lawyer: Actor = {
      ...{ ...approver, personId: auditor.personId, roles: ['approver'] },
      groups: [{ ...group, slug: 'lawyers' }],
    }
    const seen = async () => {
      const listed = await database().request.findMany({ where: whereVisible(lawyer), select: { id: true } })
      const found = new Set((await find(lawyer, '')).map(({ requestId }) => requestId))
      expect([...found].sort()).toEqual(listed.map(({ id }) => id).sort())
      return [...found]
    }
    expect(await seen()).toEqual([])
    await pool().query(
      `update request set stages = jsonb_set(stages::jsonb, '{0,escalate}', '{"to": "lawyers", "afterSeconds": 60}')
       where id = $1`,
      [waiting],
    )
    expect(await seen()).toEqual([waiting])
  })
})
