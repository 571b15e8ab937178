import { describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { actOf, no, yes } from '@/tests/harness/demo'
import {
  addPerson,
  approver,
  demo,
  disable,
  first,
  groupOf,
  LONG,
  propose,
  remove,
  requester,
  seatsOf,
  told,
  withFreshPeople,
} from './world'

withFreshPeople()

describe('A11: an approver who leaves the group', () => {
  test('leaves a vote that counts no more, and a second one opens nothing with it', async () => {
    const second = await demo.actor('second-approver')
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    expect(yes(await remove(first, approver))).toEqual({ voided: 1 })
    expect(await seatsOf(approver)).toEqual([{ slug: 'data-owners', by: 'setup' }])
    yes(await demo.approve(second, id))
    const request = await demo.read(id)
    expect([request.state, request.grant]).toEqual(['awaiting', null])
    expect(await told('event:approval.voided')).toMatchObject([
      { human: approver.personId, data: { stage: 'security', version: 1, because: 'seat_left' } },
    ])
    expect(no(await remove(first, approver))).toBe('nothing_to_change')
    expect(no(await demo.approve(approver, id))).toBe('not_in_stage')
  })

  test('and comes back leaves it void, and signs again after an edit', async () => {
    const second = await demo.actor('second-approver')
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    yes(await remove(first, approver))
    const groupId = groupOf('security')
    expect(
      yes(await propose(first, { kind: 'group.join', personId: approver.personId, groupId })).state,
    ).toBe('activated')
    yes(await demo.approve(second, id))
    expect(await demo.read(id)).toMatchObject({ state: 'awaiting', grant: null })
    expect(no(await demo.approve(await demo.actor('approver'), id))).toBe('earlier_seat')
    expect(no(await demo.approve(second, id))).toBe('already_voted')
    const { rev } = await demo.read(id)
    const edit = { ...demo.form('rotate-a-production-secret'), requestId: id, rev }
    yes(await editRequest(requester, actOf(requester), edit))
    yes(await demo.approve(await demo.actor('approver'), id))
    expect(yes(await demo.approve(second, id)).state).toBe('granted')
  })

  test('and is disabled and enabled leaves it void, and others can still sign', async () => {
    const second = await demo.actor('second-approver')
    const { personId, signInId } = await addPerson('third', 'approver')
    await pool().query(`insert into group_member values ($1, $2, 'setup')`, [groupOf('security'), personId])
    const third = (await findSignedIn(signInId, await databaseNow()))?.actor
    if (!third) throw new Error('The third is not signed in.')
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    yes(await disable(first, approver))
    yes(await demo.approve(second, id))
    yes(await propose(first, { kind: 'person.enable', personId: approver.personId }))
    expect(await demo.read(id)).toMatchObject({ state: 'awaiting', grant: null })
    expect(no(await demo.approve(await demo.actor('approver'), id))).toBe('earlier_seat')
    expect(yes(await demo.approve(third, id)).state).toBe('granted')
    const other = await demo.file('resolve-a-refund-ticket', requester)
    expect(yes(await demo.approve(await demo.actor('approver'), other)).state).toBe('granted')
  })

  test(
    'while the last vote is written opens nothing, 16 times',
    async () => {
      const second = await demo.actor('second-approver')
      let opened = 0
      for (let round = 0; round < 16; round += 1) {
        const id = await demo.file('rotate-a-production-secret', requester)
        yes(await demo.approve(approver, id))
        const { nonce, digest } = await demo.shown(second, id)
        const approve = () => approveRequest(second, actOf(second), { requestId: id, nonce, digest })
        // In the first round the approver has left before, in the second after: both ends, on any machine.
        if (round === 0) await remove(first, approver)
        const approving = approve()
        if (round === 1) await approving
        for (let turn = 0; turn < round % 12; turn += 1) await pool().query('select 1')
        await Promise.all([approving, round === 0 ? null : remove(first, approver)])
        const { rows } = await pool().query(
          `select count(*)::int as late from trail_event left_ join trail_event open_
           on open_.type = 'grant.opened' and open_.request_id = $1 and open_.leaf > left_.leaf
         where left_.type = 'approval.voided' and left_.request_id = $1`,
          [id],
        )
        expect(rows).toEqual([{ late: 0 }])
        opened += (await demo.read(id)).state === 'granted' ? 1 : 0
        await pool().query(`insert into group_member values ($1, $2, 'setup')`, [
          groupOf('security'),
          approver.personId,
        ])
      }
      expect(opened).toBeGreaterThan(0)
      expect(opened).toBeLessThan(16)
    },
    LONG,
  )
})
