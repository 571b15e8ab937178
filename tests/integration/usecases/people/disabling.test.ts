import { describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { actOf, no, yes } from '@/tests/harness/demo'
import {
  activate,
  addPerson,
  demo,
  disable,
  first,
  groupOf,
  LONG,
  open,
  propose,
  requester,
  revOf,
  stateOf,
  told,
  withFreshPeople,
} from './world'

withFreshPeople()

describe('disabling a person', () => {
  test(
    'ends sign-ins, requests, votes, grants and proposals in one act, with an event each',
    async () => {
      const person = await addPerson('leaver', 'requester', 'approver', 'administrator')
      await pool().query(`insert into group_member values ($1, $2, 'setup')`, [
        groupOf('security'),
        person.personId,
      ])
      const leaver = (await findSignedIn(person.signInId, await databaseNow()))?.actor
      if (!leaver) throw new Error('The leaver is not signed in.')
      const waiting = await demo.file('resolve-a-refund-ticket', leaver)
      const live = await demo.file('summarise-a-ticket', leaver)
      const signed = await demo.file('rotate-a-production-secret', requester)
      yes(await demo.approve(leaver, signed))
      const shown = await demo.shown(leaver, await demo.file('resolve-a-refund-ticket', requester))
      const proposal = await open(leaver, {
        kind: 'role.give',
        personId: requester.personId,
        role: 'auditor',
      })

      const ended = yes(await disable(first, leaver, 'They left the company.'))
      expect(ended).toEqual({ requests: 1, grants: 1, votes: 1, signIns: 1 })
      expect(await findSignedIn(person.signInId, await databaseNow())).toBeNull()
      expect((await demo.read(waiting)).state).toBe('withdrawn')
      expect((await demo.read(live)).grant).toMatchObject({ state: 'revoked', endedBy: first.personId })
      expect(await stateOf(proposal)).toBe('withdrawn')
      const { rows } = await pool().query(
        'select used is not null as used from signing_nonce where nonce = $1',
        [shown.nonce],
      )
      expect(rows).toEqual([{ used: true }])
      const because = { because: 'person_disabled' }
      expect(await told('left the company')).toMatchObject([
        {
          type: 'person.disabled',
          human: leaver.personId,
          data: { requests: 1, grants: 1, votes: 1, signIns: 1, proposals: 1, by: first.personId },
        },
      ])
      for (const type of [
        'request.withdrawn',
        'grant.revoked',
        'approval.voided',
        'sign_in.ended',
        'proposal.withdrawn',
      ])
        expect(await told(`event:${type}`)).toMatchObject([{ human: leaver.personId, data: because }])
      expect(no(await disable(first, leaver))).toBe('nothing_to_change')
      expect(no(await disable(first, first))).toBe('last_administrator')
    },
    LONG,
  )

  test('who is disabled writes nothing any more, whatever they had begun', async () => {
    await addPerson('second', 'administrator')
    yes(await disable(first, requester))
    const late = await submitRequest(requester, actOf(requester), demo.form('summarise-a-ticket'))
    expect(no(late)).toBe('changed_meanwhile')
    expect(
      no(
        await proposeRuleChange(requester, actOf(requester), {
          kind: 'group.add',
          slug: 'legal',
          name: 'L',
        }),
      ),
    ).toBe('not_signed_in')
    const { rows } = await pool().query('select count(*)::int as n from request')
    expect(rows).toEqual([{ n: 0 }])
  })

  test(
    'while they file leaves nothing live behind, 40 times',
    async () => {
      for (let round = 0; round < 40; round += 1) {
        const leaver = await addPerson(`leaver ${round}`, 'requester')
        await Promise.all([
          demo.file('summarise-a-ticket', leaver).catch(() => null),
          demo.file('summarise-a-ticket', leaver).catch(() => null),
          disable(first, leaver).then(yes),
        ])
      }
      const { rows } = await pool().query(
        `select count(*)::int as late from trail_event d join trail_event o
         on o.human_id = d.human_id and o.leaf > d.leaf and o.type in ('request.filed', 'grant.opened')
       where d.type = 'person.disabled'`,
      )
      expect(rows).toEqual([{ late: 0 }])
      while ((await endLeftOver('test')).people > 0);
      const left = await pool().query(
        `select count(*)::int as n from permission_grant g join person p on p.id = g.requester_id
       where p.disabled is not null and g.state = 'live'`,
      )
      expect(left.rows).toEqual([{ n: 0 }])
    },
    LONG,
  )

  test('of a person with 700 grants is one act, and the sweep writes down the rest', async () => {
    const leaver = await addPerson('leaver', 'requester', 'approver')
    const model = await demo.file('summarise-a-ticket', leaver)
    await pool().query(
      `insert into request select (jsonb_populate_record(r, jsonb_build_object('id', 'R-0000' || lpad(n::text, 4, '0')))).*
         from request r, generate_series(1, 700) n where r.id = $1`,
      [model],
    )
    await pool().query(
      `insert into permission_grant select (jsonb_populate_record(g, jsonb_build_object('id', 'G-0000' || lpad(n::text, 4, '0'),
         'request_id', 'R-0000' || lpad(n::text, 4, '0')))).*
         from permission_grant g, generate_series(1, 700) n where g.request_id = $1`,
      [model],
    )
    const live = async () =>
      (await pool().query(`select count(*)::int as n from permission_grant where state = 'live'`)).rows[0].n
    expect(await live()).toBe(701)
    expect(yes(await disable(first, leaver)).grants).toBe(300)
    expect(await live()).toBe(401)
    const enable = { kind: 'person.enable', personId: leaver.personId }
    expect(no(await propose(first, enable))).toBe('still_ending')
    while ((await endLeftOver('test')).people > 0);
    expect(await live()).toBe(0)
    expect(await told('event:grant.revoked')).toHaveLength(500)
    yes(await propose(first, enable))
    const { rows } = await pool().query('select disabled from person where id = $1', [leaver.personId])
    expect(rows).toEqual([{ disabled: null }])
    expect(await told('event:person.enabled')).toMatchObject([
      { data: { before: 'Disabled', after: 'Active' } },
    ])
  })

  test('ends every sign-in, however many, and one that opened in the same moment when they are enabled', async () => {
    const signIn = (from: number, to: number) =>
      pool().query(
        `insert into sign_in (id, person_id, method, started, expires)
         select 'I-0000' || lpad(n::text, 5, '0'), $1, 'demo', now(), now() + interval '12 hours'
         from generate_series($2::int, $3::int) n`,
        [requester.personId, from, to],
      )
    const live = async () =>
      (
        await pool().query('select count(*)::int as n from sign_in where person_id = $1 and ended is null', [
          requester.personId,
        ])
      ).rows[0].n
    await signIn(1, 400)
    yes(await disable(first, requester))
    expect(await live()).toBe(0)
    await signIn(401, 401)
    expect(await live()).toBe(1)
    yes(await propose(first, { kind: 'person.enable', personId: requester.personId }))
    expect(await live()).toBe(0)
  })

  test('enabling takes a second administrator, giving to a disabled person is refused', async () => {
    const second = await addPerson('second', 'administrator')
    yes(await disable(first, requester))
    const give = { kind: 'role.give', personId: requester.personId, role: 'auditor' }
    expect(no(await propose(first, give))).toBe('person_disabled')
    const id = await open(first, { kind: 'person.enable', personId: requester.personId })
    expect(no(await activate(first, id, await revOf(requester)))).toBe('own_proposal')
    yes(await activate(second, id, await revOf(requester)))
    expect(no(await disable(second, second))).toBe('own_account')
  })
})
