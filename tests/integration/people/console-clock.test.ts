import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId, SignInId } from '@/lib/domain/ids'
import type { Persona } from '@/lib/domain/personas'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { settings } from '@/lib/usecases/facts/settings'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { currentActor } from '@/lib/web/session'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

// F5: the clock of a console's machine is wrong, or jumps. The database's clock decides.

const CONSOLE = new URL('http://localhost:3000')
const sent: Readonly<Record<string, string>> = { host: CONSOLE.host, origin: CONSOLE.origin }
let brought = new Map<string, string>()
vi.mock('next/headers', () => ({
  headers: async () => ({ get: (name: string) => sent[name] ?? null }),
  cookies: async () => ({
    has: (name: string) => brought.has(name),
    get: (name: string) => (brought.has(name) ? { name, value: brought.get(name) } : undefined),
    set: (name: string, value: string) => brought.set(name, value),
  }),
}))

/** Longer than a sign-in lives or is fresh, and than a signature waits. */
const WRONG_BY_HOURS = 30

let db: FreshDatabase
let demo: DemoPeople

beforeAll(async () => {
  Object.assign(process.env, { COUNTERSIGN_DEMO: '1', COUNTERSIGN_CONSOLE_URL: CONSOLE.origin })
  db = await freshDatabase()
  demo = await demoWorld()
  await ensureSigningKeys(settings().secret)
  // Whoever signs has sat in their group for longer than the oldest signature here.
  await pool().query(`update group_member set added = clock_timestamp() - interval '7 days'`)
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => db.dispose())

/** From here on the clock of this process, and not the database's, is wrong. */
async function jump(hours: number) {
  vi.useRealTimers()
  vi.useFakeTimers({ now: Date.now() + hours * 3_600_000, toFake: ['Date'] })
  expect(Math.round((Date.now() - (await databaseNow()).getTime()) / 3_600_000)).toBe(hours)
}

type Unseen = { cookies: Map<string, string> }
type Browser = Unseen & { signInId: SignInId }

/** Signs in and asks for nothing more: the console has not yet opened the cookie. */
async function openUnseen(persona: Persona): Promise<Unseen> {
  brought = new Map()
  expect(await startDemoSignIn(persona)).toBe(true)
  return { cookies: brought }
}

async function signIn(persona: Persona): Promise<Browser> {
  await openUnseen(persona)
  const actor = await currentActor()
  if (!actor) throw new Error('Nobody is signed in.')
  return { cookies: brought, signInId: actor.signInId }
}

/** Whom the console takes a browser for, with what its cookie carries alone. */
async function who({ cookies }: Unseen): Promise<Actor | null> {
  brought = cookies
  return currentActor()
}
async function actorOf(browser: Browser): Promise<Actor> {
  const actor = await who(browser)
  if (!actor) throw new Error('Nobody is signed in.')
  return actor
}

const setSignIn = ({ signInId }: Browser, column: 'started' | 'expires' | 'idle_ends', interval: string) =>
  pool().query(`update sign_in set ${column} = clock_timestamp() + $2::interval where id = $1`, [
    signInId,
    interval,
  ])
const ageSignatures = (id: RequestId, interval: string) =>
  pool().query('update approval set signed = clock_timestamp() - $2::interval where request_id = $1', [
    id,
    interval,
  ])

describe.each([WRONG_BY_HOURS, -WRONG_BY_HOURS])('a console whose clock jumps by %i hours', (hours) => {
  test('keeps and ends sign-ins by the database’s', async () => {
    const [before, unseen] = [await signIn('requester'), await openUnseen('requester')]
    await jump(hours)
    const after = await signIn('requester')
    for (const browser of [before, unseen, after]) expect(await who(browser)).not.toBeNull()
    await setSignIn(before, 'expires', '-1 second')
    await setSignIn(after, 'idle_ends', '-1 second')
    for (const browser of [before, after]) expect(await who(browser)).toBeNull()
    vi.useRealTimers()
    expect(await who(unseen)).not.toBeNull()
  })

  test('lets nobody sign whose sign-in is stale by the database’s, and everybody whose is fresh', async () => {
    const id = await demo.file('resolve-a-refund-ticket', await actorOf(await signIn('requester')))
    const approver = await signIn('approver')
    await jump(hours)
    await setSignIn(approver, 'started', '-8 hours -1 minute')
    expect(no(await demo.approve(await actorOf(approver), id))).toBe('stale_sign_in')
    await setSignIn(approver, 'started', '-7 hours -50 minutes')
    yes(await demo.approve(await actorOf(approver), id))
    expect((await demo.read(id)).grant).not.toBeNull()
  })

  test('counts a signature for as long as it is good by the database’s', async () => {
    const file = async () => demo.file('rotate-a-production-secret', await actorOf(await signIn('requester')))
    const [good, late] = [await file(), await file()]
    const [first, second] = [await signIn('approver'), await signIn('second-approver')]
    await jump(hours)
    for (const id of [good, late]) yes(await demo.approve(await actorOf(first), id))
    await ageSignatures(good, '23 hours')
    await ageSignatures(late, '2 days')
    for (const id of [good, late]) yes(await demo.approve(await actorOf(second), id))
    expect((await demo.read(good)).grant).not.toBeNull()
    expect((await demo.read(late)).grant).toBeNull()
  })

  test('issues mandates for as long as a grant lives by the database’s', async () => {
    const requester = await signIn('requester')
    const id = await demo.file('resolve-a-refund-ticket', await actorOf(requester))
    yes(await demo.approve(await actorOf(await signIn('approver')), id))
    const grantId = (await demo.read(id)).grant?.id
    if (!grantId) throw new Error('There is no grant.')
    await jump(hours)
    const issue = async () => {
      const actor = await actorOf(requester)
      return issueMandate(actor, actOf(actor), { grantId })
    }
    yes(await issue())
    await pool().query(
      `update permission_grant set expires = clock_timestamp() - interval '1 second' where id = $1`,
      [grantId],
    )
    expect(no(await issue())).toBe('not_live')
  })
})
