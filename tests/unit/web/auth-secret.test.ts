import { encode } from 'next-auth/jwt'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readSettings } from '@/lib/domain/settings'
import { authOptions } from '@/lib/web/auth-options'
import { authSecret, openCookie, sealSignIn, secretOfReturn } from '@/lib/web/auth-secret'
import { knownBrowser, rememberBrowser } from '@/lib/web/known-browser'

// What browsers bring while the installation's secret changes.

const OLD = 'the former secret, long enough for anybody'
const NEW = 'the secret that follows, long enough as well'
const STRANGE = 'a secret of somebody else, long enough too'
const brought = new Map<string, string>()
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (brought.has(name) ? { name, value: brought.get(name) } : undefined),
    set: (name: string, value: string) => brought.set(name, value),
  }),
}))

let now = readSettings({ COUNTERSIGN_SECRET: OLD })
vi.mock('@/lib/usecases/facts/settings', () => ({ settings: () => now }))

/** From here on it is the console of a process with these secrets. */
const consoleWith = (secrets: Readonly<Record<string, string>>) => {
  now = readSettings(secrets)
}
const knowsNext = () => consoleWith({ COUNTERSIGN_SECRET: OLD, COUNTERSIGN_SECRET_NEXT: NEW })
const hasNew = () => consoleWith({ COUNTERSIGN_SECRET: NEW, COUNTERSIGN_SECRET_OLD: OLD })
const hasOnly = (secret: string) => consoleWith({ COUNTERSIGN_SECRET: secret })

beforeEach(() => brought.clear())

/** Somebody's sign-in as a console with other secrets sealed it. */
const signIn = (maxAge = 60) => encode({ token: { signInId: 'one' }, secret: authSecret(), maxAge })

describe('a sign-in', () => {
  test('made before or after the change is taken by either console, and by no other', async () => {
    for (const made of [knowsNext, hasNew]) {
      made()
      const token = await signIn()
      for (const taken of [knowsNext, hasNew]) {
        taken()
        expect(await openCookie(token)).toMatchObject({ signInId: 'one' })
      }
      hasOnly(STRANGE)
      expect(await openCookie(token)).toBeNull()
    }
  })

  test('of the former secret ends with it, and one whose time is over is none', async () => {
    knowsNext()
    const token = await signIn()
    hasOnly(NEW)
    expect(await openCookie(token)).toBeNull()
    expect(await openCookie(await signIn(-60))).toBeNull()
  })

  test('is made with the secret in use, whatever secret the way to the provider began with', async () => {
    hasOnly(OLD)
    const former = authSecret()
    hasNew()
    const { jwt, secret } = authOptions({ secret: former })
    expect(secret).toBe(former)
    const made = await jwt?.encode?.({ token: { signInId: 'one' }, secret: former })
    hasOnly(NEW)
    expect(await openCookie(String(made))).toMatchObject({ signInId: 'one' })
  })
})

describe('which sign-in a cookie carries', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each([30, -30])('is read by a console whose clock is wrong by %i hours', async (hours) => {
    hasOnly(OLD)
    const ours = { signInId: 'one' }
    const made = [await sealSignIn(ours), await authOptions().jwt?.encode?.({ token: ours, secret: '' })]
    vi.useFakeTimers({ now: Date.now() + hours * 3_600_000, toFake: ['Date'] })
    for (const token of made) expect(await openCookie(String(token))).toMatchObject(ours)
  })
})

describe('who comes back from the provider', () => {
  const name = 'next-auth.state'
  const leave = async () =>
    brought.set(name, await encode({ token: { value: 'state' }, secret: authSecret(), salt: name }))

  test('is read with the secret they left with, at either console', async () => {
    for (const left of [knowsNext, hasNew]) {
      left()
      await leave()
      const secret = authSecret()
      for (const back of [knowsNext, hasNew]) {
        back()
        expect(await secretOfReturn()).toBe(secret)
      }
    }
  })

  test('is read with the secret in use when they bring nothing of ours', async () => {
    hasOnly(STRANGE)
    await leave()
    hasNew()
    expect(await secretOfReturn()).toBe(authSecret())
    brought.clear()
    expect(await secretOfReturn()).toBe(authSecret())
  })
})

test('a browser that was known stays known until the former secret goes', async () => {
  const changed = new Date('2026-11-01T00:00:00Z')
  knowsNext()
  await rememberBrowser('a@example.org', changed)
  hasNew()
  expect(await knownBrowser('a@example.org')).toMatchObject({ passwordChanged: changed.getTime() })
  hasOnly(NEW)
  expect(await knownBrowser('a@example.org')).toBeUndefined()
})
