import { beforeAll, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findPersonState } from '@/lib/data/person-states'
import { replacePerson } from '@/lib/data/write-people'
import type { Actor } from '@/lib/domain/access'
import type { GrantId, PersonId } from '@/lib/domain/ids'
import { disabledEvents } from '@/lib/domain/people-events'
import { done } from '@/lib/domain/result'
import { disablePerson } from '@/lib/usecases/people/disable-person'
import { removeFromGroup } from '@/lib/usecases/people/remove-from-group'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { refusalOf } from '@/tests/harness/authority'
import { actOf, yes } from '@/tests/harness/demo'
import { agent, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

// A18 is 1,000 rounds of each kind as a whole; the usual run makes fewer, so that it takes seconds.
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 50)
const ASKS = 2

let first: Actor
let second: Actor

withAuthority()
beforeAll(async () => {
  first = await administrator('first')
  second = await administrator('second')
  await give(world.people.requester, 'auditor')
})

const ISSUER = 'https://people.example'

const give = (personId: PersonId, role: string) =>
  pool().query(`insert into role_holding values ($1, $2, $3, 'setup') on conflict do nothing`, [
    personId,
    world.tenantId,
    role,
  ])

async function administrator(subject: string): Promise<Actor> {
  const id = newId('PersonId')
  await pool().query('insert into person (id, issuer, subject, name) values ($1, $2, $3, $3)', [
    id,
    ISSUER,
    subject,
  ])
  await give(id, 'administrator')
  const actor = await findPersonActor(ISSUER, subject, newId('SignInId'), await databaseNow())
  if (!actor) throw new Error(`There is no ${subject}.`)
  return actor
}

async function personOf(personId: PersonId) {
  const person = await findPersonState(world.tenantId, personId)
  if (!person) throw new Error('The person is gone.')
  return person
}

const { tickets, vault } = SERVERS

/** What takes something away, what the trail calls it, and how it comes back for the next round. */
const MOVES = [
  {
    what: 'disabling the requester',
    type: 'person.disabled',
    reason: /grant_revoked|person_suspended/,
    task: { resource: tickets },
    prepare: async () => async () => {
      const { requester } = world.people
      yes(await disablePerson(first, actOf(first), { personId: requester, reason: '' }))
    },
    undo: async (grantId: GrantId) => {
      await pool().query('update person set disabled = null')
      await pool().query(`update permission_grant set state = 'live' where id = $1`, [grantId])
    },
  },
  {
    what: 'the disabled row alone, as for a grant beyond what one act ends',
    type: 'person.disabled',
    reason: /person_suspended/,
    task: { resource: tickets },
    prepare: async () => async () => {
      const person = await personOf(world.people.requester)
      const nothing = { requests: [], grants: [], votes: [], signIns: [], proposals: [] }
      const events = disabledEvents(person.id, nothing, { tenantId: world.tenantId, by: first.personId }, '')
      yes(
        await commit(actOf(first), done(null, ...events), (tx) =>
          replacePerson(tx, person, { disabled: new Date() }),
        ),
      )
    },
    undo: () => pool().query('update person set disabled = null'),
  },
  {
    what: 'taking the role Requester',
    type: 'person.role_taken',
    reason: /policy/,
    task: { resource: tickets },
    prepare: async () => {
      const { requester } = world.people
      const change = { kind: 'role.take', personId: requester, role: 'requester' } as const
      const { proposalId } = yes(await proposeRuleChange(first, actOf(first), change))
      const { rev } = await personOf(requester)
      return async () => {
        yes(await activateProposal(second, actOf(second), { proposalId, shown: rev }))
      }
    },
    undo: () => give(world.people.requester, 'requester'),
  },
  {
    what: 'A11: taking the approver out of the group',
    type: 'person.ungrouped',
    reason: /policy|approv/,
    task: { resource: vault, scopes: ['secret'], signed: ['approver'] },
    prepare: async () => {
      const { seats, id } = await personOf(world.people.approver)
      const [seat] = seats
      if (!seat) throw new Error('The approver has no seat.')
      return async () => {
        yes(await removeFromGroup(first, actOf(first), { personId: id, groupId: seat.groupId }))
      }
    },
    undo: () =>
      pool().query(
        // The seat from before, so that the signature counts in the next round too.
        `insert into group_member select id, $1, 'setup', 'epoch' from approver_group where slug = 'security'`,
        [world.people.approver],
      ),
  },
] as const

// The trail gives every event its place in the transaction that writes it, so its order is the order of commits.
const AROUND = `select count(*) filter (where i.leaf < a.leaf)::int as before,
    count(*) filter (where i.leaf > a.leaf)::int as after
  from (select max(leaf) as leaf from trail_event where type = $1) a
  left join trail_event i on i.type = 'credential.issued' and i.grant_id = $2 and i.leaf >= $3`

async function issuedAround(type: string, grantId: GrantId, since: number) {
  const { rows } = await pool().query<{ before: number; after: number }>(AROUND, [type, grantId, since])
  return rows[0] ?? { before: 0, after: 0 }
}

const nextLeaf = async (): Promise<number> =>
  (await pool().query('select next_leaf::int as leaf from trail_head')).rows[0].leaf

test.each(MOVES)(
  `A18: $what is never followed by an issue, ${ROUNDS} rounds`,
  async ({ type, reason, task: { resource, ...task }, prepare, undo }) => {
    const { grantId } = await grantTask(world, { ...task, seconds: 8 * 3600 })
    const mandate = await agent.mandateOf(grantId)
    let issued = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const act = await prepare()
      const since = await nextLeaf()
      const ask = () =>
        Promise.all(
          Array.from({ length: ASKS }, () => agent.exchange({ mandate, resource }).catch(() => null)),
        )
      // In the first round all come too late, in the second none, on any machine.
      if (round === 0) await act()
      const asked = ask()
      if (round === 1) await asked
      for (let turn = 0; turn < round % 12; turn += 1) await pool().query('select 1')
      if (round > 0) await act()
      await asked
      const around = await issuedAround(type, grantId, since)
      const late = round === 0 ? (await refusalOf(agent.exchange({ mandate, resource }))).reason : null
      await undo(grantId)
      expect(around.after, `round ${round}`).toBe(0)
      if (late !== null) expect(late).toMatch(reason)
      issued += around.before
    }
    // Some came before it and some too late, or nothing was raced.
    expect(issued).toBeGreaterThan(0)
    expect(issued).toBeLessThan(ROUNDS * ASKS)
  },
  600_000,
)
