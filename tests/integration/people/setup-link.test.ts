import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { searchTrail } from '@/lib/data/trail-search'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { setUp } from '@/lib/ops/setup'
import { signInWithProvider } from '@/lib/usecases/people/sign-in-with-provider'
import { openSetupLink } from '@/lib/usecases/setup/open-setup-link'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { no, yes } from '@/tests/harness/demo'

// Each begins with an installation of its own: a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const consoleUrl = 'https://console.example'
const issuer = 'https://idp.example'
const groupMap = { staff: { roles: ['requester'], groups: [] } } as const

let db: FreshDatabase

beforeEach(async () => {
  process.env.COUNTERSIGN_SECRET ??= 'test-secret-test-secret-test-secret-test'
  db = await freshDatabase()
})
afterEach(() => db.dispose())

async function printed(): Promise<string> {
  const link = await setUp(consoleUrl)
  const [address, secret] = (link ?? '').split('#')
  expect(address).toBe(`${consoleUrl}/setup`)
  return secret ?? ''
}

const come = (subject: string, groups: readonly string[], setupRight?: string) =>
  signInWithProvider({ provided: { issuer, subject, name: subject, groups }, groupMap, from: {}, setupRight })
const actorOf = async (signed: Awaited<ReturnType<typeof come>>) =>
  (await findSignedIn(yes(signed).signInId, await databaseNow()))?.actor
const types = async () =>
  (await pool().query<{ type: string }>('select type from trail_event order by leaf')).rows.map(
    ({ type }) => type,
  )
async function seenBy(actor: Awaited<ReturnType<typeof actorOf>>) {
  if (!actor) throw new Error('Nobody is signed in.')
  const { rows } = await searchTrail(actor, parseTrailQuery('').query, { take: 50 })
  return rows.map(({ type }) => type)
}
const late = (column: string) => pool().query(`update setup_link set ${column} = now() - interval '1 second'`)

describe('the first administrator', () => {
  test('follows the printed link, proves who they are, and administers', async () => {
    const { right } = yes(await openSetupLink({ secret: await printed() }))
    const actor = await actorOf(await come('founder', [], right))
    expect(actor).toMatchObject({ name: 'founder', roles: ['administrator'], tenantName: 'Main' })
    const trail = await types()
    expect(trail).toEqual([
      'tenant.added',
      'group.added',
      'group.added',
      'policy.activated',
      'setup.link_made',
      'setup.link_opened',
      'person.added',
      'person.role_given',
      'person.signed_in',
    ])
    expect(await setUp(consoleUrl)).toBeNull()
    expect(await types()).toEqual(trail)
    // What made them administrator is theirs to read, beginning with who had the link printed.
    expect((await seenBy(actor)).reverse()).toEqual(trail)
  })

  test('stays an administrator when the claim says nothing of it', async () => {
    const { right } = yes(await openSetupLink({ secret: await printed() }))
    yes(await come('founder', ['staff'], right))
    const actor = await actorOf(await come('founder', ['staff']))
    expect([...(actor?.roles ?? [])].sort()).toEqual(['administrator', 'requester'])
  })

  test('is found by no secret that is stored, told or logged', async () => {
    const secret = await printed()
    const { right } = yes(await openSetupLink({ secret }))
    const { rows } = await pool().query<{ row: string }>(
      'select s::text as row from setup_link s union all select entry from trail_event',
    )
    for (const { row } of rows) for (const one of [secret, right]) expect(row).not.toContain(one)
  })

  test('gets nothing from a link that was used, is late, was replaced or was made up', async () => {
    const replaced = await printed()
    const secret = await printed()
    expect(no(await openSetupLink({ secret: replaced }))).toBe('setup_link_void')
    expect(no(await openSetupLink({ secret: 'x'.repeat(43) }))).toBe('setup_link_void')
    yes(await openSetupLink({ secret }))
    expect(no(await openSetupLink({ secret }))).toBe('setup_link_void')
    const unused = await printed()
    await late('expires')
    expect(no(await openSetupLink({ secret: unused }))).toBe('setup_link_void')
  })

  test('gets nothing from a right that was used, is late or was made up', async () => {
    const { right } = yes(await openSetupLink({ secret: await printed() }))
    expect(no(await come('somebody', [], 'x'.repeat(43)))).toBe('sign_in_without_role')
    await late('right_expires')
    expect(no(await come('somebody', [], right))).toBe('sign_in_without_role')
    const again = yes(await openSetupLink({ secret: await printed() })).right
    yes(await come('founder', [], again))
    expect(no(await come('somebody', [], again))).toBe('sign_in_without_role')
  })

  test('there is none any more once somebody administers', async () => {
    const secret = await printed()
    const { right } = yes(await openSetupLink({ secret: await printed() }))
    const unopened = secret
    const admin = { administrators: { roles: ['administrator'], groups: [] } } as const
    const provided = { issuer, subject: 'mapped', name: 'mapped', groups: ['administrators'] }
    yes(await signInWithProvider({ provided, groupMap: admin, from: {} }))
    expect(no(await come('late', [], right))).toBe('sign_in_without_role')
    expect(no(await openSetupLink({ secret: unopened }))).toBe('setup_link_void')
    expect(await setUp(consoleUrl)).toBeNull()
  })

  test('is one, however many follow the link at once', async () => {
    const secret = await printed()
    const opened = await Promise.all(Array.from({ length: 10 }, () => openSetupLink({ secret })))
    expect(opened.filter(({ ok }) => ok)).toHaveLength(1)
    expect((await types()).filter((type) => type === 'setup.link_opened')).toHaveLength(1)
  })

  test('is one, however many use the right at once', async () => {
    const { right } = yes(await openSetupLink({ secret: await printed() }))
    const people = Array.from({ length: 10 }, (_, at) => `person-${at}`)
    const signed = await Promise.all(people.map((subject) => come(subject, [], right)))
    expect(signed.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await database().roleHolding.count({ where: { role: 'administrator' } })).toBe(1)
  })
})
