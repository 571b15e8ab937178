import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor, findSignedIn } from '@/lib/data/people'
import { findProposal, listOpenProposals } from '@/lib/data/proposals'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor, Role } from '@/lib/domain/access'
import type { GroupId, PersonId, ProposalId } from '@/lib/domain/ids'
import { PeopleChange } from '@/lib/domain/people-change'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { disablePerson } from '@/lib/usecases/people/disable-person'
import { removeFromGroup } from '@/lib/usecases/people/remove-from-group'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { rejectProposal } from '@/lib/usecases/proposals/reject-proposal'
import { withdrawProposal } from '@/lib/usecases/proposals/withdraw-proposal'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

let db: FreshDatabase | undefined
let demo: DemoPeople
let first: Actor
let approver: Actor
let requester: Actor

beforeEach(async () => {
  await db?.dispose()
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
  approver = await demo.actor('approver')
  requester = await demo.actor('requester')
})
afterAll(() => db?.dispose())

// Many rounds of a race: as long as a busy machine needs.
const LONG = 300_000

const ISSUER = 'https://people.example'

async function addPerson(subject: string, ...roles: Role[]): Promise<Actor> {
  const id = newId('PersonId')
  await pool().query('insert into person (id, issuer, subject, name) values ($1, $2, $3, $3)', [
    id,
    ISSUER,
    subject,
  ])
  for (const role of roles)
    await pool().query(`insert into role_holding values ($1, $2, $3, 'setup')`, [id, first.tenantId, role])
  const signInId = newId('SignInId')
  await pool().query(
    `insert into sign_in (id, person_id, method, started, expires)
     values ($1, $2, 'demo', now(), now() + interval '12 hours')`,
    [signInId, id],
  )
  const actor = await findPersonActor(ISSUER, subject, signInId, await databaseNow())
  if (!actor) throw new Error(`There is no ${subject}.`)
  return actor
}

const groupOf = (slug: string): GroupId => {
  const group = demo.world.groups.find((one) => one.slug === slug)
  if (!group) throw new Error(`There is no ${slug}.`)
  return group.id
}

const propose = (by: Actor, change: object) => proposeRuleChange(by, actOf(by), PeopleChange.parse(change))
const activate = (by: Actor, proposalId: ProposalId, shown: number) =>
  activateProposal(by, actOf(by), { proposalId, shown })
const disable = (by: Actor, { personId }: { personId: PersonId }, reason = '') =>
  disablePerson(by, actOf(by), { personId, reason })
const remove = (by: Actor, { personId }: { personId: PersonId }, slug = 'security') =>
  removeFromGroup(by, actOf(by), { personId, groupId: groupOf(slug) })

const open = async (by: Actor, change: object): Promise<ProposalId> => {
  const { proposalId, state } = yes(await propose(by, change))
  expect(state).toBe('open')
  return proposalId
}

const revOf = async ({ personId }: { personId: PersonId }): Promise<number> =>
  (await pool().query('select rev from person where id = $1', [personId])).rows[0].rev
const rolesOf = async ({ personId }: { personId: PersonId }): Promise<string[]> =>
  (
    await pool().query('select role from role_holding where person_id = $1 order by role', [personId])
  ).rows.map(({ role }) => role)
const seatsOf = async ({ personId }: { personId: PersonId }) =>
  (
    await pool().query(
      `select u.slug, m.added_by as by from group_member m join approver_group u on u.id = m.group_id
       where person_id = $1 order by 1`,
      [personId],
    )
  ).rows
const stateOf = async (id: ProposalId) => (await findProposal(first.tenantId, id))?.state
const told = async (query: string) => {
  const { rows } = await searchTrail(first, parseTrailQuery(query).query, { take: 500 })
  return rows.map(({ type, outcome, human, data }) => ({ type, outcome, human: human?.id, data }))
}

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
        const approving = approveRequest(second, actOf(second), { requestId: id, nonce, digest })
        for (let turn = 0; turn < round % 12; turn += 1) await pool().query('select 1')
        await Promise.all([approving, remove(first, approver)])
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
