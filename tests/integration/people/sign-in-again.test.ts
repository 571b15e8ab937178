import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import type { SignInId } from '@/lib/domain/ids'
import { readSettings } from '@/lib/domain/settings'
import { findLiveSignIn } from '@/lib/usecases/facts/live-sign-in'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { finishProviderSignIn } from '@/lib/web/finish-provider-sign-in'
import { signInOfCookie } from '@/lib/web/sign-in-token'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld } from '@/tests/harness/demo'

// A browser has one sign-in: with another, whichever way, the one whose cookie it brought is over.

const CONSOLE = new URL('http://localhost:3000')
const SECRET = 'test-secret-test-secret-test-secret-test'
const ISSUER = 'https://idp.example'
const brought = new Map<string, string>()
vi.mock('next/headers', () => ({
  headers: async () => ({
    get: (name: string) => ({ host: CONSOLE.host, origin: CONSOLE.origin })[name] ?? null,
  }),
  cookies: async () => ({
    has: (name: string) => brought.has(name),
    get: (name: string) => (brought.has(name) ? { name, value: brought.get(name) } : undefined),
    set: (name: string, value: string) => brought.set(name, value),
  }),
}))

// What waits until the answer, with the new cookie, has gone to the browser.
const waiting: (() => Promise<void>)[] = []
vi.mock('next/server', () => ({ after: (then: () => Promise<void>) => void waiting.push(then) }))
async function answered() {
  for (const then of waiting.splice(0)) await then()
}

const shared = { COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_CONSOLE_URL: CONSOLE.origin }
const withDemo = readSettings({ ...shared, COUNTERSIGN_DEMO: '1' })
const withProvider = readSettings({
  ...shared,
  COUNTERSIGN_DEMO: '0',
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_ID: 'console',
  OIDC_CLIENT_SECRET: 'a secret of the client, long enough',
  OIDC_GROUP_MAP: JSON.stringify({ everybody: ['requester'] }),
})
let now = withDemo
vi.mock('@/lib/usecases/facts/settings', () => ({ settings: () => now }))

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await demoWorld()
})
beforeEach(() => brought.clear())
afterAll(() => db.dispose())

const signedInHere = async (): Promise<SignInId> => {
  const id = await signInOfCookie()
  if (!id) throw new Error('This browser has no sign-in.')
  return id
}
async function signIn(persona: 'requester' | 'approver'): Promise<SignInId> {
  now = withDemo
  expect(await startDemoSignIn(persona)).toBe(true)
  return signedInHere()
}
const isOver = async (id: SignInId) => {
  const { rows } = await pool().query<{ over: boolean }>(
    'select ended is not null as over from sign_in where id = $1',
    [id],
  )
  return rows[0]?.over
}

describe('signing in again', () => {
  test.each(['requester', 'approver'] as const)(
    'as the %s ends what the browser brought',
    async (persona) => {
      const former = await signIn('requester')
      const next = await signIn(persona)
      // Pages that are open ask with the former cookie until they have the new one.
      expect(await isOver(former)).toBe(false)
      await answered()
      expect(await isOver(former)).toBe(true)
      expect(await isOver(next)).toBe(false)
      expect(await findLiveSignIn(next)).not.toBeNull()
    },
  )

  test('leaves the sign-ins of other browsers', async () => {
    const elsewhere = await signIn('requester')
    brought.clear()
    await signIn('requester')
    await answered()
    expect(await isOver(elsewhere)).toBe(false)
  })

  test('through the provider ends what the browser brought', async () => {
    const former = await signIn('requester')
    now = withProvider
    const claims = { iss: ISSUER, sub: 'somebody', name: 'Somebody', groups: ['everybody'] }
    const finished = await finishProviderSignIn(claims)
    if (!('signedIn' in finished)) throw new Error(finished.refused)
    await answered()
    expect(await isOver(former)).toBe(true)
    expect(await isOver(finished.signedIn.signInId)).toBe(false)
  })

  test('is held to nothing when what the browser brought was made up', async () => {
    brought.set('next-auth.session-token', 'eyJhbGciOiJub25lIn0.e30.')
    const next = await signIn('requester')
    await answered()
    expect(await isOver(next)).toBe(false)
  })
})
