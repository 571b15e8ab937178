import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { findHoursState } from '@/lib/data/working-hours'
import type { Actor } from '@/lib/domain/access'
import { HoursChange } from '@/lib/domain/hours-change'
import type { ProposalId } from '@/lib/domain/ids'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, GROUPS, no, policyText, yes } from '@/tests/harness/demo'
import { addSomebody, putInForce } from '@/tests/harness/stages'

let db: FreshDatabase | undefined
let demo: DemoPeople
let first: Actor

beforeEach(async () => {
  await db?.dispose()
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
})
afterAll(() => db?.dispose())

const EVERY_DAY = { days: ['1', '2', '3', '4', '5', '6', '7'] }
const ALWAYS = { timeZone: 'Europe/Zurich', ...EVERY_DAY, fromHour: '0', untilHour: '24' }
const propose = (by: Actor, form: object) =>
  proposeRuleChange(by, actOf(by), HoursChange.parse({ kind: 'hours.set', ...form }))
const activate = (by: Actor, proposalId: ProposalId, shown = 0) =>
  activateProposal(by, actOf(by), { proposalId, shown })
const hours = () => findHoursState(first.tenantId)

/** The newest entries of the trail, newest first. */
async function newest(count: number) {
  const { rows } = await pool().query<{ type: string; entry: string }>(
    'select type, entry from trail_event order by leaf desc limit $1',
    [count],
  )
  return rows.map(({ type, entry }) => ({ type, data: JSON.parse(entry).data as Record<string, unknown> }))
}

describe('working hours', () => {
  test('wait for a second administrator, who is shown what changes', async () => {
    const second = await addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
    const { proposalId, state } = yes(await propose(first, ALWAYS))
    expect(state).toBe('open')
    expect(await hours()).toMatchObject({ rev: 0, hours: { timeZone: 'UTC' } })
    expect(no(await propose(first, { ...ALWAYS, timeZone: 'europe/zurich' }))).toBe('already_proposed')
    expect(no(await activate(first, proposalId))).toBe('own_proposal')
    yes(await activate(second, proposalId))
    expect(await hours()).toEqual({
      rev: 1,
      hours: { timeZone: 'Europe/Zurich', days: [1, 2, 3, 4, 5, 6, 7], fromHour: 0, untilHour: 24 },
    })
    const [changed, activated] = await newest(2)
    expect(activated).toMatchObject({ type: 'proposal.activated', data: { change: 'hours.set' } })
    expect(changed).toMatchObject({
      type: 'hours.changed',
      data: {
        before: 'Mon, Tue, Wed, Thu, Fri, 08:00 to 18:00, UTC',
        after: 'Mon, Tue, Wed, Thu, Fri, Sat, Sun, 00:00 to 24:00, Europe/Zurich',
        by: second.personId,
        proposal: proposalId,
      },
    })
  })

  test('take one step where there is one administrator, and the trail says so', async () => {
    expect(yes(await propose(first, ALWAYS)).state).toBe('activated')
    expect((await newest(1))[0]).toMatchObject({
      type: 'hours.changed',
      data: { single_administrator: true },
    })
    expect(no(await propose(first, ALWAYS))).toBe('nothing_to_change')
  })

  test('are nobody else’s to propose, and the attempt stays in the trail', async () => {
    for (const persona of ['requester', 'approver', 'compliance-officer'] as const)
      expect(no(await propose(await demo.actor(persona), ALWAYS))).toBe('not_allowed')
    const attempts = await newest(3)
    expect(attempts.map(({ type }) => type)).toEqual(['act.refused', 'act.refused', 'act.refused'])
    expect(await hours()).toMatchObject({ rev: 0 })
  })

  test('that changed after they were shown are shown again first', async () => {
    const second = await addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
    const one = yes(await propose(first, ALWAYS)).proposalId
    const other = yes(await propose(first, { ...ALWAYS, untilHour: '23' })).proposalId
    yes(await activate(second, one))
    expect(no(await activate(second, other, 0))).toBe('changed_meanwhile')
    yes(await activate(second, other, 1))
    expect(await hours()).toMatchObject({ rev: 2, hours: { untilHour: 23 } })
  })

  test('activated twenty times at once change once', async () => {
    const second = await addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
    const { proposalId } = yes(await propose(first, ALWAYS))
    const answers = await Promise.all(Array.from({ length: 20 }, () => activate(second, proposalId)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await hours()).toMatchObject({ rev: 1 })
  })

  test('are what policy is told from then on', async () => {
    const text = policyText()
    const rule = `@id("at-work") @says("Only while people are at work.")
      forbid (principal, action, resource) unless { context.workingHours };`
    await putInForce(
      { ...text, policies: [...text.policies, { name: '40-hours.cedar', text: rule }] },
      GROUPS,
    )
    const requester = await demo.actor('requester')
    const verdict = async () => yes(await previewRequest(requester, demo.form('summarise-a-ticket'))).verdict
    yes(await propose(first, ALWAYS))
    expect(await verdict()).toBe('allowed')
    // A day on which it is not now, wherever now is: the day before yesterday.
    const day = ((new Date(Date.now() - 2 * 86_400_000).getUTCDay() + 6) % 7) + 1
    yes(await propose(first, { ...ALWAYS, timeZone: 'UTC', days: [String(day)] }))
    expect(await verdict()).toBe('refused')
    expect(await database().tenant.count({ where: { hoursRev: 2 } })).toBe(1)
  })
})
