import { describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { no, yes } from '@/tests/harness/demo'
import {
  activate,
  approver,
  demo,
  disable,
  first,
  groupOf,
  open,
  propose,
  remove,
  requester,
  revOf,
  rolesOf,
  seatsOf,
  stateOf,
  told,
  withFreshPeople,
} from './world'

withFreshPeople()

describe('with one administrator', () => {
  test('one step gives a role, and the trail says that nobody else was there', async () => {
    const change = { kind: 'role.give', personId: requester.personId, role: 'approver' }
    const { proposalId, state } = yes(await propose(first, change))
    expect(state).toBe('activated')
    expect(await rolesOf(requester)).toEqual(['approver', 'requester'])
    expect(await stateOf(proposalId)).toBe('activated')
    const data = { proposal: proposalId, single_administrator: true }
    expect(await told(`event:person.role_given ${proposalId}`)).toMatchObject([
      {
        human: requester.personId,
        data: {
          ...data,
          role: 'approver',
          before: 'Requester',
          after: 'Requester, Approver',
          by: first.personId,
        },
      },
    ])
    expect(await told('event:proposal.activated')).toMatchObject([{ human: first.personId, data }])
  })

  test('a seat they give themselves does not count, and one a second administrator agreed to does', async () => {
    yes(await propose(first, { kind: 'role.give', personId: first.personId, role: 'approver' }))
    yes(await propose(first, { kind: 'group.join', personId: first.personId, groupId: groupOf('security') }))
    expect(await seatsOf(first)).toEqual([{ slug: 'security', by: first.personId }])
    const asApprover = await demo.actor('administrator')
    const id = await demo.file('resolve-a-refund-ticket', requester)
    // The administrator owns the demo's agents, which is refused first.
    await pool().query('delete from agent_owner')
    expect(no(await demo.approve(asApprover, id))).toBe('self_given_role')

    yes(await propose(first, { kind: 'role.give', personId: approver.personId, role: 'administrator' }))
    const second = await demo.actor('approver')
    yes(await remove(first, first))
    const proposalId = await open(first, {
      kind: 'group.join',
      personId: first.personId,
      groupId: groupOf('security'),
    })
    expect(no(await activate(first, proposalId, await revOf(first)))).toBe('own_proposal')
    yes(await activate(second, proposalId, await revOf(first)))
    expect(await seatsOf(first)).toEqual([{ slug: 'security', by: second.personId }])
    yes(await demo.approve(await demo.actor('administrator'), id))
    expect((await demo.read(id)).state).toBe('granted')
  })

  test('they can neither be disabled nor lose the role', async () => {
    expect(no(await disable(first, first))).toBe('last_administrator')
    const take = { kind: 'role.take', personId: first.personId, role: 'administrator' }
    expect(no(await propose(first, take))).toBe('last_administrator')
    expect(await rolesOf(first)).toEqual(['administrator', 'requester'])
  })
})
