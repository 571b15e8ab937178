import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { readGroupMap } from '@/lib/domain/group-map'
import type { PersonId } from '@/lib/domain/ids'
import { readProviderClaims } from '@/lib/domain/provider-claims'
import { signInWithProvider } from '@/lib/usecases/people/sign-in-with-provider'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

const issuer = 'https://idp.example'
const read = readGroupMap(
  '{"staff":["requester"],"sec":["approver","group:security"],"app":["approver"],"ops":["administrator"],"lost":["approver","group:not-here"]}',
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

function come(sub: string, groups: readonly string[], name = sub) {
  const provided = readProviderClaims({ iss: issuer, sub, name, groups }, { issuer, groupsClaim: 'groups' })
  if (!provided) throw new Error('These claims are nobody.')
  return signInWithProvider({ provided, groupMap, from: { userAgent: 'a browser', address: '192.0.2.7' } })
}

const actorOf = async (signed: Awaited<ReturnType<typeof come>>) =>
  (await findSignedIn(yes(signed).signInId, await databaseNow()))?.actor
const peopleOf = (subject: string) => database().person.findMany({ where: { issuer, subject } })
async function told(humanId: PersonId): Promise<string[]> {
  const { rows } = await pool().query<{ type: string; data: Record<string, string> }>(
    `select type, entry::json -> 'data' as data from trail_event where human_id = $1 order by leaf`,
    [humanId],
  )
  return rows.map(({ type, data }) =>
    [type, data?.role ?? data?.group ?? data?.because].filter(Boolean).join(' '),
  )
}

describe('a sign-in through the provider', () => {
  test('adds the person with the mapped rights the first time, each with an event', async () => {
    const signed = yes(await come('first', ['staff', 'sec', 'unknown']))
    const actor = await actorOf({ ok: true, value: signed })
    expect(actor).toMatchObject({ name: 'first', issuer, subject: 'first' })
    expect([...(actor?.roles ?? [])].sort()).toEqual(['approver', 'requester'])
    expect(actor?.groups).toMatchObject([{ slug: 'security', selfGiven: false }])
    expect(await told(signed.personId)).toEqual([
      'person.added',
      'person.role_given requester',
      'person.role_given approver',
      'person.grouped security',
      'person.signed_in',
    ])
    const row = await database().signIn.findUniqueOrThrow({ where: { id: signed.signInId } })
    expect(row).toMatchObject({ method: 'oidc', address: '192.0.2.7', userAgent: 'a browser' })
  })

  test('knows people by issuer and subject again, and refreshes the name', async () => {
    const before = yes(await come('renamed', ['staff'], 'Old name'))
    const after = yes(await come('renamed', ['staff'], 'New name'))
    expect(after.personId).toBe(before.personId)
    expect(await told(after.personId)).toEqual([
      'person.added',
      'person.role_given requester',
      'person.signed_in',
      'person.renamed',
      'person.signed_in',
    ])
    expect(await peopleOf('renamed')).toMatchObject([{ name: 'New name' }])
  })

  test('takes what the claim does not give any more, and only what the provider gave', async () => {
    const { personId } = yes(await come('mover', ['staff', 'sec']))
    const tenantId = demo.world.tenant.id
    await database().roleHolding.create({
      data: { personId, tenantId, role: 'auditor', givenBy: 'P-SOMEBODY' },
    })
    const owners = demo.world.groups.find(({ slug }) => slug === 'data-owners')
    await database().groupMember.create({
      data: { groupId: owners?.id ?? '', personId, addedBy: 'P-SOMEBODY' },
    })
    const actor = await actorOf(await come('mover', ['staff', 'app']))
    expect([...(actor?.roles ?? [])].sort()).toEqual(['approver', 'auditor', 'requester'])
    expect(actor?.groups.map(({ slug }) => slug)).toEqual(['data-owners'])
    expect((await told(personId)).slice(-2)).toEqual(['person.ungrouped security', 'person.signed_in'])
    const plain = await actorOf(await come('mover', ['staff']))
    expect([...(plain?.roles ?? [])].sort()).toEqual(['auditor', 'requester'])
    expect(plain?.groups).toEqual([])
    expect((await told(personId)).slice(-3)).toEqual([
      'person.role_taken approver',
      'person.ungrouped data-owners',
      'person.signed_in',
    ])
  })

  test('that takes a seat voids what was signed from it, in the trail too', async () => {
    const approver = await actorOf(await come('voter', ['staff', 'sec']))
    const id = await demo.file('rotate-a-production-secret', await demo.actor('requester'))
    if (!approver) throw new Error('The approver is not signed in.')
    yes(await demo.approve(approver, id))
    const { rev } = await database().person.findUniqueOrThrow({ where: { id: approver.personId } })
    yes(await come('voter', ['staff']))
    expect((await told(approver.personId)).slice(-4)).toEqual([
      'person.role_taken approver',
      'person.ungrouped security',
      'approval.voided seat_left',
      'person.signed_in',
    ])
    const after = await database().person.findUniqueOrThrow({ where: { id: approver.personId } })
    expect(after.rev).toBe(rev + 1)
  })

  test('leaves a right that the console gave to the console, also when the claim gives it too', async () => {
    const { personId } = yes(await come('both', ['staff']))
    const given = { personId, tenantId: demo.world.tenant.id, role: 'approver', givenBy: 'P-SOMEBODY' }
    await database().roleHolding.create({ data: given })
    yes(await come('both', ['staff', 'sec']))
    const actor = await actorOf(await come('both', ['staff']))
    expect([...(actor?.roles ?? [])].sort()).toEqual(['approver', 'requester'])
  })

  test('without any role adds nobody and signs nobody in', async () => {
    expect(no(await come('stranger', ['unknown']))).toBe('sign_in_without_role')
    expect(await peopleOf('stranger')).toEqual([])
  })

  test('without any role left takes the rights and ends what other browsers can do', async () => {
    const elsewhere = yes(await come('leaver', ['staff', 'sec']))
    expect(no(await come('leaver', []))).toBe('sign_in_without_role')
    expect(await findSignedIn(elsewhere.signInId, await databaseNow())).toBeNull()
    expect((await told(elsewhere.personId)).slice(-5)).toEqual([
      'person.role_taken requester',
      'person.role_taken approver',
      'person.ungrouped security',
      'sign_in.ended no_role_left',
      'sign_in.refused sign_in_without_role',
    ])
  })

  test('of a disabled person is refused and changes nothing', async () => {
    const { personId } = yes(await come('disabled', ['staff']))
    await database().person.update({ where: { id: personId }, data: { disabled: new Date() } })
    expect(no(await come('disabled', ['staff', 'ops'], 'Another name'))).toBe('sign_in_disabled')
    expect(await peopleOf('disabled')).toMatchObject([{ name: 'disabled' }])
    expect(await database().signIn.count({ where: { personId } })).toBe(1)
    expect((await told(personId)).at(-1)).toBe('sign_in.refused sign_in_disabled')
  })

  test('into a group that does not exist here gives the role and no seat', async () => {
    const actor = await actorOf(await come('seatless', ['lost']))
    expect(actor).toMatchObject({ roles: ['approver'], groups: [] })
  })

  test('of one new person in 8 browsers at once adds one person', async () => {
    const signed = await Promise.all(Array.from({ length: 8 }, () => come('crowd', ['staff', 'sec'])))
    const ids = new Set(signed.flatMap((one) => (one.ok ? [one.value.personId] : [])))
    expect(ids.size).toBe(1)
    expect(await peopleOf('crowd')).toHaveLength(1)
  })
})
