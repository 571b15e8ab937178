import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor } from '@/lib/domain/access'
import { readGroupMap } from '@/lib/domain/group-map'
import { readProviderClaims } from '@/lib/domain/provider-claims'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { signInWithProvider } from '@/lib/usecases/people/sign-in-with-provider'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

const issuer = 'https://idp.example'
const read = readGroupMap(
  '{"staff":["requester"],"sec":["approver","group:security"],"ops":["administrator"]}',
)
if (!read.ok) throw new Error(read.problem)
const groupMap = read.map

let db: FreshDatabase
let demo: DemoPeople

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
})
afterAll(() => db.dispose())

function come(sub: string, groups: readonly string[]) {
  const provided = readProviderClaims(
    { iss: issuer, sub, name: sub, groups },
    { issuer, groupsClaim: 'groups' },
  )
  if (!provided) throw new Error('These claims are nobody.')
  return signInWithProvider({ provided, groupMap, from: { userAgent: 'a browser', address: '192.0.2.7' } })
}

async function actorOf(signed: Awaited<ReturnType<typeof come>>): Promise<Actor> {
  const actor = (await findSignedIn(yes(signed).signInId, await databaseNow()))?.actor
  if (!actor) throw new Error('Nobody is signed in.')
  return actor
}

const rolesOf = async (subject: string) =>
  (await database().roleHolding.findMany({ where: { person: { issuer, subject } } }))
    .map(({ role }) => role)
    .sort()

const told = async (reader: Actor, type: string, humanId: string) => {
  const { rows } = await searchTrail(reader, parseTrailQuery(`event:${type}`).query, { take: 500 })
  return rows.filter(({ human }) => human?.id === humanId).map(({ data }) => data)
}

test('who has no role left loses all that is open in the same act, each with an event', async () => {
  const reader = await demo.actor('administrator')
  const requester = await demo.actor('requester')
  const leaver = await actorOf(await come('leaver', ['staff', 'sec', 'ops']))
  const waiting = await demo.file('resolve-a-refund-ticket', leaver)
  const live = await demo.file('summarise-a-ticket', leaver)
  const signed = await demo.file('rotate-a-production-secret', requester)
  yes(await demo.approve(leaver, signed))
  const change = { kind: 'role.give', personId: requester.personId, role: 'auditor' } as const
  const { proposalId } = yes(await proposeRuleChange(leaver, actOf(leaver), change))

  expect(no(await come('leaver', []))).toBe('sign_in_without_role')
  expect((await demo.read(waiting)).state).toBe('withdrawn')
  expect((await demo.read(live)).grant).toMatchObject({ state: 'revoked' })
  const proposal = await database().proposal.findUniqueOrThrow({ where: { id: proposalId } })
  expect(proposal.state).toBe('withdrawn')
  for (const type of [
    'request.withdrawn',
    'grant.revoked',
    'approval.voided',
    'sign_in.ended',
    'proposal.withdrawn',
  ])
    expect(await told(reader, type, leaver.personId)).toMatchObject([{ because: 'no_role_left' }])

  // The old cookie stays dead when a role comes back.
  yes(await come('leaver', ['staff']))
  expect(await findSignedIn(leaver.signInId, await databaseNow())).toBeNull()
})

test('what was filed between reading and ending is ended by the sweep', async () => {
  const reader = await demo.actor('administrator')
  const late = await actorOf(await come('late', ['staff']))
  const live = await demo.file('summarise-a-ticket', late)
  await database().roleHolding.deleteMany({ where: { personId: late.personId } })
  expect(await endLeftOver('test')).toEqual({ people: 1 })
  expect((await demo.read(live)).grant).toMatchObject({ state: 'revoked' })
  expect(await told(reader, 'grant.revoked', late.personId)).toMatchObject([{ because: 'no_role_left' }])
  expect(await endLeftOver('test')).toEqual({ people: 0 })
})

test('the last administrator keeps the role whatever the claim says, and the trail says so', async () => {
  const reader = await demo.actor('administrator')
  const sole = await actorOf(await come('sole', ['staff', 'ops']))
  const others = { role: 'administrator', personId: { not: sole.personId } }
  const held = await database().roleHolding.findMany({ where: others })
  await database().roleHolding.deleteMany({ where: others })

  const still = await actorOf(await come('sole', []))
  expect(still.roles).toEqual(['administrator'])
  expect(await rolesOf('sole')).toEqual(['administrator'])
  expect(await told(reader, 'person.role_kept', sole.personId)).toMatchObject([
    { role: 'administrator', because: 'last_administrator' },
  ])

  // As soon as there is another, the claim holds.
  await database().roleHolding.createMany({ data: held })
  expect(no(await come('sole', []))).toBe('sign_in_without_role')
  expect(await rolesOf('sole')).toEqual([])
})

test('of the last two administrators who come without the claim at once, one stays', async () => {
  for (let round = 0; round < 8; round += 1) {
    for (const sub of ['one', 'two']) yes(await come(sub, ['staff', 'ops']))
    await database().roleHolding.deleteMany({
      where: { role: 'administrator', person: { subject: { notIn: ['one', 'two'] } } },
    })
    await Promise.all([come('one', ['staff']), come('two', ['staff'])])
    const left = [await rolesOf('one'), await rolesOf('two')].filter((roles) =>
      roles.includes('administrator'),
    )
    expect(left, `round ${round}`).toHaveLength(1)
  }
})
