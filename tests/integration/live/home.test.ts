import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import {
  administratorNumbers,
  approverNumbers,
  complianceNumbers,
  requesterNumbers,
} from '@/lib/data/home-numbers'
import { findPreference } from '@/lib/data/preferences'
import { listStoryEvents } from '@/lib/data/story-events'
import { tellStory } from '@/lib/domain/story'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { showStory } from '@/lib/usecases/people/show-story'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
})
afterAll(() => db.dispose())

test('the story is put away by one person for that person, and comes back', async () => {
  const [requester, approver] = [await demo.actor('requester'), await demo.actor('approver')]
  expect(await findPreference(requester.personId, 'story')).toBeNull()
  for (const story of ['hidden', 'shown'] as const) {
    yes(await showStory(requester, actOf(requester), { story }))
    expect(await findPreference(requester.personId, 'story')).toBe(story)
  }
  expect(await findPreference(approver.personId, 'story')).toBeNull()
})

describe('from an empty tenant on', () => {
  test('figures begin at nothing', async () => {
    const [requester, now] = [await demo.actor('requester'), await databaseNow()]
    expect(await requesterNumbers(requester, now)).toEqual({
      filed: 0,
      atOnce: 0,
      medianSeconds: null,
      refused: 0,
    })
    expect(await approverNumbers(await demo.actor('approver'), now)).toEqual({
      signed: 0,
      denied: 0,
      medianSeconds: null,
    })
  })

  test('and count what happens, each for their own role; the story ticks itself', async () => {
    const [requester, approver] = [await demo.actor('requester'), await demo.actor('approver')]
    expect(tellStory(await listStoryEvents(requester.tenantId)).next?.key).toBe('file')
    const held = await demo.file('resolve-a-refund-ticket', requester)
    expect(tellStory(await listStoryEvents(requester.tenantId))).toMatchObject({
      requestId: held,
      next: { key: 'countersign', persona: 'approver' },
    })
    yes(await demo.approve(approver, held))
    yes(await demo.deny(approver, await demo.file('resolve-a-refund-ticket', requester), 'Too much.'))
    await demo.file('summarise-a-ticket', requester)
    await demo.file('summarise-a-ticket', requester, { environment: 'laptop' }).catch(() => null)
    const grantId = (await demo.read(held)).grant?.id
    if (!grantId) throw new Error('The request is not live.')
    yes(await revokeGrant(requester, actOf(requester), { grantId, reason: '' }))

    const now = await databaseNow()
    expect(await requesterNumbers(requester, now)).toMatchObject({
      atOnce: 1,
      medianSeconds: expect.any(Number),
    })
    expect(await approverNumbers(approver, now)).toEqual({
      signed: 1,
      denied: 1,
      medianSeconds: expect.any(Number),
    })
    expect(await administratorNumbers(await demo.actor('administrator'), now)).toEqual({
      live: 1,
      agents: 2,
      suspended: 0,
      revoked: 1,
    })
    expect(await complianceNumbers(await demo.actor('compliance-officer'), now)).toMatchObject({
      revoked: 1,
      exports: 0,
    })
    const story = tellStory(await listStoryEvents(requester.tenantId))
    expect(story.steps.filter(({ tick }) => tick).map(({ key }) => key)).toEqual([
      'file',
      'countersign',
      'revoke',
    ])
    expect(story.requestId).toBe(held)
  })

  test('what was seeded ticks nothing', async () => {
    const requester = await demo.actor('requester')
    const { rows } = await pool().query(
      `select count(*)::int as n from trail_event where type = 'agent.added' and (entry::json ->> 'seeded') is null`,
    )
    expect(rows[0].n).toBeGreaterThan(0)
    const events = await listStoryEvents(requester.tenantId)
    expect(events.every(({ type }) => type !== 'agent.added')).toBe(true)
  })
})
