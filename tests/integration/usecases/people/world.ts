import { afterAll, beforeEach, expect } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findProposal } from '@/lib/data/proposals'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor, Role } from '@/lib/domain/access'
import type { GroupId, PersonId, ProposalId } from '@/lib/domain/ids'
import { PeopleChange } from '@/lib/domain/people-change'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { disablePerson } from '@/lib/usecases/people/disable-person'
import { removeFromGroup } from '@/lib/usecases/people/remove-from-group'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase | undefined
// Made anew for each test: whoever imports them reads those of the test that runs.
export let demo: DemoPeople
export let first: Actor
export let approver: Actor
export let requester: Actor

/** A fresh demo tenant for each test of a file. */
export function withFreshPeople(): void {
  beforeEach(async () => {
    await db?.dispose()
    db = await freshDatabase()
    demo = await demoWorld()
    first = await demo.actor('administrator')
    approver = await demo.actor('approver')
    requester = await demo.actor('requester')
  })
  afterAll(() => db?.dispose())
}

// Many rounds of a race: as long as a busy machine needs.
export const LONG = 300_000

export const ISSUER = 'https://people.example'

export async function addPerson(subject: string, ...roles: Role[]): Promise<Actor> {
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

export const groupOf = (slug: string): GroupId => {
  const group = demo.world.groups.find((one) => one.slug === slug)
  if (!group) throw new Error(`There is no ${slug}.`)
  return group.id
}

export const propose = (by: Actor, change: object) =>
  proposeRuleChange(by, actOf(by), PeopleChange.parse(change))
export const activate = (by: Actor, proposalId: ProposalId, shown: number) =>
  activateProposal(by, actOf(by), { proposalId, shown })
export const disable = (by: Actor, { personId }: { personId: PersonId }, reason = '') =>
  disablePerson(by, actOf(by), { personId, reason })
export const remove = (by: Actor, { personId }: { personId: PersonId }, slug = 'security') =>
  removeFromGroup(by, actOf(by), { personId, groupId: groupOf(slug) })

export const open = async (by: Actor, change: object): Promise<ProposalId> => {
  const { proposalId, state } = yes(await propose(by, change))
  expect(state).toBe('open')
  return proposalId
}

export const revOf = async ({ personId }: { personId: PersonId }): Promise<number> =>
  (await pool().query('select rev from person where id = $1', [personId])).rows[0].rev
export const rolesOf = async ({ personId }: { personId: PersonId }): Promise<string[]> =>
  (
    await pool().query('select role from role_holding where person_id = $1 order by role', [personId])
  ).rows.map(({ role }) => role)
export const seatsOf = async ({ personId }: { personId: PersonId }) =>
  (
    await pool().query(
      `select u.slug, m.added_by as by from group_member m join approver_group u on u.id = m.group_id
       where person_id = $1 order by 1`,
      [personId],
    )
  ).rows
export const stateOf = async (id: ProposalId) => (await findProposal(first.tenantId, id))?.state
export const told = async (query: string) => {
  const { rows } = await searchTrail(first, parseTrailQuery(query).query, { take: 500 })
  return rows.map(({ type, outcome, human, data }) => ({ type, outcome, human: human?.id, data }))
}
