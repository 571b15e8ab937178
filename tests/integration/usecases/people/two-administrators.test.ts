import { beforeEach, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { listOpenProposals } from '@/lib/data/proposals'
import type { Actor } from '@/lib/domain/access'
import { rejectProposal } from '@/lib/usecases/proposals/reject-proposal'
import { withdrawProposal } from '@/lib/usecases/proposals/withdraw-proposal'
import { actOf, no, yes } from '@/tests/harness/demo'
import {
  activate,
  addPerson,
  approver,
  demo,
  disable,
  first,
  LONG,
  open,
  propose,
  requester,
  revOf,
  rolesOf,
  seatsOf,
  stateOf,
  told,
  withFreshPeople,
} from './world'

withFreshPeople()

describe('A12: with two administrators', () => {
  let second: Actor
  beforeEach(async () => {
    second = await addPerson('second', 'administrator', 'requester')
  })

  test('nobody activates what they proposed, nor what they gain by; the other one does', async () => {
    const change = { kind: 'role.give', personId: first.personId, role: 'approver' }
    const own = await open(first, change)
    const shown = await revOf(first)
    expect(no(await activate(first, own, shown))).toBe('own_proposal')
    expect(await rolesOf(first)).toEqual(['administrator', 'requester'])
    expect(await told('event:act.refused')).toMatchObject([
      { human: first.personId, data: { act: 'proposal.activate', reason: 'own_proposal' } },
    ])
    yes(await withdrawProposal(first, actOf(first), { proposalId: own }))

    const gain = await open(second, change)
    expect(no(await activate(first, gain, shown))).toBe('own_gain')
    yes(await rejectProposal(first, actOf(first), { proposalId: gain }))
    expect(await rolesOf(first)).toEqual(['administrator', 'requester'])

    const agreed = await open(first, change)
    yes(await activate(second, agreed, shown))
    expect(await rolesOf(first)).toEqual(['administrator', 'approver', 'requester'])
    const { rows } = await pool().query(
      `select given_by from role_holding where person_id = $1 and role = 'approver'`,
      [first.personId],
    )
    expect(rows).toEqual([{ given_by: second.personId }])
    const [event] = await told('event:proposal.activated')
    expect(event?.data).not.toHaveProperty('single_administrator')
    expect([await stateOf(own), await stateOf(gain), await stateOf(agreed)]).toEqual([
      'withdrawn',
      'rejected',
      'activated',
    ])
  })

  test('who proposed takes it back and the other one says no, never the other way round', async () => {
    const change = { kind: 'role.give', personId: requester.personId, role: 'approver' }
    const proposalId = await open(first, change)
    expect(no(await rejectProposal(first, actOf(first), { proposalId }))).toBe('own_proposal')
    expect(no(await withdrawProposal(second, actOf(second), { proposalId }))).toBe('not_allowed')
    expect(await stateOf(proposalId)).toBe('open')
    const attempts = (await told('event:act.refused')).map(({ human, data }) => ({ human, data }))
    expect(attempts).toHaveLength(2)
    expect(attempts).toEqual(
      expect.arrayContaining([
        { human: first.personId, data: { act: 'proposal.reject', reason: 'own_proposal' } },
        { human: second.personId, data: { act: 'proposal.withdraw', reason: 'not_allowed' } },
      ]),
    )
    yes(await rejectProposal(second, actOf(second), { proposalId }))
    const [rejected] = await told('event:proposal.rejected')
    expect(rejected).toMatchObject({ human: second.personId, data: { proposal: proposalId } })

    const again = await open(first, change)
    yes(await withdrawProposal(first, actOf(first), { proposalId: again }))
    const [withdrawn] = await told('event:proposal.withdrawn')
    expect(withdrawn).toMatchObject({ human: first.personId, data: { proposal: again } })
  })

  test('what is answered, out of time or already there cannot be activated', async () => {
    const change = { kind: 'role.give', personId: requester.personId, role: 'approver' }
    const id = await open(first, change)
    expect(no(await propose(second, change))).toBe('already_proposed')
    const shown = await revOf(requester)
    yes(await activate(second, id, shown))
    expect(no(await activate(second, id, shown + 1))).toBe('proposal_closed')
    expect(no(await rejectProposal(second, actOf(second), { proposalId: id }))).toBe('proposal_closed')
    expect(no(await propose(first, change))).toBe('nothing_to_change')
    const late = await open(first, { ...change, role: 'auditor' })
    await pool().query(`update proposal set answer_by = now() where id = $1`, [late])
    expect(no(await activate(second, late, shown + 1))).toBe('proposal_closed')
    expect(await listOpenProposals(first.tenantId, await databaseNow())).toEqual([])
    expect(await open(first, { ...change, role: 'auditor' })).not.toBe(late)
  })

  test('a subject that changed after it was shown is shown again first', async () => {
    const id = await open(first, { kind: 'role.give', personId: requester.personId, role: 'approver' })
    const shown = await revOf(requester)
    const other = await open(first, { kind: 'role.give', personId: requester.personId, role: 'auditor' })
    yes(await activate(second, other, shown))
    expect(no(await activate(second, id, shown))).toBe('changed_meanwhile')
    yes(await activate(second, id, shown + 1))
    expect(await rolesOf(requester)).toEqual(['approver', 'auditor', 'requester'])
  })

  test('a proposal is worth no more than the administrator who made it', async () => {
    const id = await open(first, { kind: 'role.give', personId: requester.personId, role: 'administrator' })
    const third = await addPerson('third', 'administrator')
    await pool().query(`delete from role_holding where person_id = $1 and role = 'administrator'`, [
      first.personId,
    ])
    expect(no(await activate(third, id, await revOf(requester)))).toBe('proposer_gone')
    expect(no(await activate(first, id, await revOf(requester)))).toBe('own_proposal')
  })

  test('who has just lost the role neither decides alone, nor activates, nor disables', async () => {
    const waiting = await open(second, { kind: 'role.give', personId: requester.personId, role: 'auditor' })
    await pool().query(`delete from role_holding where person_id = $1 and role = 'administrator'`, [
      first.personId,
    ])
    // What they hold is from before: their page was open, and the sign-in was read a moment earlier.
    const change = { kind: 'role.give', personId: requester.personId, role: 'approver' }
    expect(yes(await propose(first, change)).state).toBe('open')
    expect(no(await activate(first, waiting, await revOf(requester)))).toBe('changed_meanwhile')
    expect(no(await disable(first, approver))).toBe('changed_meanwhile')
    expect(await rolesOf(requester)).toEqual(['requester'])
    expect(yes(await disable(second, approver)).signIns).toBe(0)
  })

  test('one of them cannot disable the other and decide alone', async () => {
    yes(await disable(first, second))
    const change = { kind: 'role.give', personId: requester.personId, role: 'approver' }
    expect(yes(await propose(first, change)).state).toBe('open')
    expect(await rolesOf(requester)).toEqual(['requester'])
    await pool().query(`update person set disabled = now() - interval '73 hours' where id = $1`, [
      second.personId,
    ])
    expect(yes(await propose(first, { ...change, role: 'auditor' })).state).toBe('activated')
  })

  test(
    'both at once disable each other: one remains, every time',
    async () => {
      for (let round = 0; round < 10; round += 1) {
        const results = await Promise.all([disable(first, second), disable(second, first)])
        expect(results.filter(({ ok }) => ok)).toHaveLength(1)
        const { rows } = await pool().query(
          `select count(*)::int as n from role_holding r join person p on p.id = r.person_id
         where role = 'administrator' and disabled is null`,
        )
        expect(rows).toEqual([{ n: 1 }])
        await pool().query('update person set disabled = null')
      }
    },
    LONG,
  )

  test('twenty at once activate it once', async () => {
    const id = await open(first, { kind: 'role.give', personId: requester.personId, role: 'approver' })
    const shown = await revOf(requester)
    const results = await Promise.all(Array.from({ length: 20 }, () => activate(second, id, shown)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await revOf(requester)).toBe(shown + 1)
    expect(await told(`event:proposal.activated ${id}`)).toHaveLength(1)
  })

  test('groups are added and renamed, and only approvers sit in them', async () => {
    const id = await open(first, { kind: 'group.add', slug: 'legal', name: 'Legal' })
    yes(await activate(second, id, 0))
    expect(no(await propose(first, { kind: 'group.add', slug: 'legal', name: 'Law' }))).toBe('group_exists')
    const { rows } = await pool().query(`select id, name, rev from approver_group where slug = 'legal'`)
    const [{ id: groupId, rev }] = rows
    const rename = await open(second, { kind: 'group.rename', groupId, name: 'Legal and privacy' })
    yes(await activate(first, rename, rev))
    expect(await told('event:group.renamed')).toMatchObject([
      { data: { group: 'legal', before: 'Legal', after: 'Legal and privacy' } },
    ])
    const join = { kind: 'group.join', personId: requester.personId, groupId }
    expect(no(await propose(first, join))).toBe('not_an_approver')
    const seat = await open(first, { ...join, personId: approver.personId })
    yes(await activate(second, seat, await revOf(approver)))
    expect((await seatsOf(approver)).map(({ slug }) => slug)).toEqual(['data-owners', 'legal', 'security'])
  })

  test('the only role of a person is not taken, and with the role Approver go the seats', async () => {
    const take = { kind: 'role.take', personId: requester.personId, role: 'requester' }
    expect(no(await propose(first, take))).toBe('last_role')
    const waiting = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, waiting))
    const id = await open(first, { kind: 'role.take', personId: approver.personId, role: 'approver' })
    yes(await activate(second, id, await revOf(approver)))
    expect(await rolesOf(approver)).toEqual(['requester'])
    expect(await seatsOf(approver)).toEqual([])
    expect(await told('event:approval.voided')).toMatchObject([
      { human: approver.personId, data: { stage: 'security', because: 'seat_left' } },
    ])
    expect((await demo.read(waiting)).state).toBe('awaiting')
  })
})
