import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { askPasswordReset } from '@/lib/usecases/passwords/ask-password-reset'
import { changePassword } from '@/lib/usecases/passwords/change-password'
import { resetPassword } from '@/lib/usecases/passwords/reset-password'
import type { SignInWithPassword } from '@/lib/usecases/passwords/sign-in-with-password'
import { actOf, no, yes } from '@/tests/harness/demo'
import { justBefore } from '@/tests/harness/just-before'
import { secretIn } from '@/tests/harness/mail'
import {
  events,
  join,
  markOf,
  PASSWORD,
  type PasswordWorld,
  passwordWorld,
  signedIn,
  tryPassword,
  whoIs,
} from './world'

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
  for (const name of ['ada', 'bea', 'cleo', 'dora', 'eva']) await join(world, `${name}@example.org`)
}, 180_000)
afterAll(() => world.dispose())

const WRONG = 'not the right password'
const later = (minutes: number) =>
  pool().query('update rate_count set expires = expires - make_interval(mins => $1)', [minutes])

async function guess(times: number, one: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < times; at += 20)
    await Promise.all(Array.from({ length: Math.min(20, times - at) }, (_, step) => one(at + step)))
}

const codes = new Map<string, number>()
const counting = async (result: ReturnType<typeof tryPassword>) => {
  const code = no(await result)
  codes.set(code, (codes.get(code) ?? 0) + 1)
}

describe('A45: a thousand wrong passwords', { timeout: 600_000 }, () => {
  test('are slowed by account, from wherever they come, and the owner gets in', async () => {
    codes.clear()
    const known = { mark: await markOf('ada@example.org'), address: '192.0.2.1' }
    yes(await tryPassword('ada@example.org', PASSWORD, known))
    await guess(1000, (at) =>
      counting(tryPassword('ada@example.org', WRONG, { address: `198.51.${at % 250}.${at % 99}` })),
    )
    expect(Object.fromEntries(codes)).toEqual({ wrong_sign_in: 10, too_many_attempts: 990 })
    // Who signed in from this browser before is counted apart.
    yes(await tryPassword('ada@example.org', PASSWORD, known))
    expect(no(await tryPassword('ada@example.org', PASSWORD, { address: '192.0.2.9' }))).toBe(
      'too_many_attempts',
    )
    const throttled = await events('sign_in.throttled')
    expect(throttled).toHaveLength(1)
    expect(await events('sign_in.refused')).toHaveLength(10)
    // The window was not made longer by what was refused in it.
    await later(16)
    yes(await tryPassword('ada@example.org', PASSWORD, { address: '192.0.2.9' }))
  })

  test('are slowed by account from browsers that signed in before, however many those are', async () => {
    codes.clear()
    const email = 'many-browsers@example.org'
    await join(world, email)
    const marks = await Promise.all(Array.from({ length: 15 }, () => markOf(email)))
    await guess(150, (at) => counting(tryPassword(email, WRONG, { mark: marks[at % 15] })))
    expect(Object.fromEntries(codes)).toEqual({ wrong_sign_in: 100, too_many_attempts: 50 })
  })

  test('find no use for the mark of a browser from before the password was changed', async () => {
    const [email, next] = ['marked@example.org', 'six small owls hoot']
    await join(world, email)
    const { actor, passwordChanged } = await signedIn(email)
    const mark = { browser: crypto.randomUUID(), passwordChanged: passwordChanged.getTime() }
    await guess(10, () => tryPassword(email, WRONG))
    expect(no(await tryPassword(email, PASSWORD))).toBe('too_many_attempts')
    yes(await tryPassword(email, PASSWORD, { mark }))
    const input = { current: PASSWORD, password: next }
    const { changed } = yes(await changePassword(actor, actOf(actor), input))
    expect(no(await tryPassword(email, next, { mark }))).toBe('too_many_attempts')
    yes(await tryPassword(email, next, { mark: { ...mark, passwordChanged: changed.getTime() } }))
  })

  test('are slowed by address, whatever accounts they name, and others are not', async () => {
    codes.clear()
    const address = '203.0.113.7'
    await guess(1000, (at) => counting(tryPassword(`nobody-${at}@example.org`, WRONG, { address })))
    expect(Object.fromEntries(codes)).toEqual({ wrong_sign_in: 50, too_many_attempts: 950 })
    expect(no(await tryPassword('bea@example.org', PASSWORD, { address }))).toBe('too_many_attempts')
    yes(await tryPassword('bea@example.org', PASSWORD, { address: '203.0.113.8' }))
    await later(16)
    yes(await tryPassword('bea@example.org', PASSWORD, { address }))
  })

  test('keep nobody out who reads the mail', async () => {
    await guess(20, () => tryPassword('cleo@example.org', WRONG))
    expect(no(await tryPassword('cleo@example.org'))).toBe('too_many_attempts')
    yes(await askPasswordReset({ email: 'cleo@example.org' }, {}))
    const secret = secretIn(await world.mail.next('cleo@example.org'), 'reset')
    yes(await resetPassword({ secret, password: 'four loud geese land' }))
    yes(await tryPassword('cleo@example.org', 'four loud geese land'))
  })

  test('of whom a right one is not counted', async () => {
    for (let times = 0; times < 12; times++) yes(await tryPassword('dora@example.org'))
  })
})

describe('A32: what is told about who there is', () => {
  const answers = async (typed: SignInWithPassword) => tryPassword(typed.email, typed.password)

  test('is the same for a wrong password, for nobody and for somebody disabled', async () => {
    await pool().query(`update person set disabled = now() where id =
      (select person_id from password where email = 'eva@example.org')`)
    const told = await Promise.all([
      answers({ email: 'dora@example.org', password: WRONG }),
      answers({ email: 'nobody@example.org', password: WRONG }),
      answers({ email: 'eva@example.org', password: PASSWORD }),
    ])
    expect(told[0]).toMatchObject({ ok: false, refusal: { code: 'wrong_sign_in' } })
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
  })

  test('is the same when a link is asked for, and only one address gets one', async () => {
    const mails = world.mail.unread()
    const ask = (email: string) => askPasswordReset({ email }, {})
    const told = await Promise.all([
      ask('dora@example.org'),
      ask('nobody@example.org'),
      ask('eva@example.org'),
    ])
    expect(told.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(told.map(yes).map(({ email }) => email)).toEqual([
      'dora@example.org',
      'nobody@example.org',
      'eva@example.org',
    ])
    await world.mail.next('dora@example.org')
    expect(world.mail.unread()).toBe(mails)
  })

  test('takes as long', async () => {
    const took = async (email: string) => {
      const mark = await markOf(email)
      const from = performance.now()
      await tryPassword(email, WRONG, { mark })
      return performance.now() - from
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let round = 0; round < 15; round++) {
      known.push(await took('dora@example.org'))
      unknown.push(await took(`nobody-${round}@example.net`))
    }
    const middle = (times: number[]) => times.sort((a, b) => a - b)[7] ?? 0
    // Without the work for nobody it would be a small part: most of the time goes into the hash.
    expect(middle(unknown)).toBeGreaterThan(0.5 * middle(known))
    expect(middle(unknown)).toBeLessThan(2 * middle(known))
  })

  test('asks the database as often, looked at or not', async () => {
    await join(world, 'watched@example.org')
    await pool().query('delete from rate_count')
    const askedFor = async (act: () => Promise<unknown>) => {
      const spied = vi.spyOn(pg.Client.prototype, 'query')
      await act()
      const count = spied.mock.calls.length
      spied.mockRestore()
      return count
    }
    const attempts = async (email: string) => {
      const counts: number[] = []
      for (let times = 0; times < 13; times++) counts.push(await askedFor(() => tryPassword(email, WRONG)))
      return counts
    }
    const unknown = await attempts('unwatched@example.org')
    expect(await attempts('watched@example.org')).toEqual(unknown)
    // Beyond the first that is refused unread, nobody is looked up.
    expect(unknown.slice(11)).toEqual([1, 1])
  })

  test('asks the database as often for links that are refused unread', async () => {
    const refused = async (email: string) => {
      for (let times = 0; times < 3; times++) {
        await askPasswordReset({ email }, {})
        // What is done after the answer is over when the mail is there.
        if (email === 'watched@example.org') await world.mail.next(email)
      }
      const counts: number[] = []
      for (let times = 0; times < 3; times++) {
        const spied = vi.spyOn(pg.Client.prototype, 'query')
        await askPasswordReset({ email }, {})
        counts.push(spied.mock.calls.length)
        spied.mockRestore()
      }
      return counts
    }
    const unknown = await refused('unwatched@example.org')
    expect(await refused('watched@example.org')).toEqual(unknown)
    expect(unknown.slice(1)).toEqual([1, 1])
  })

  test('A01: asking for links is bounded, for an address that is there and for one that is not', async () => {
    const ask = async (email: string) => (await askPasswordReset({ email }, {})).ok
    const asked = async (email: string) => [
      await ask(email),
      await ask(email),
      await ask(email),
      await ask(email),
    ]
    expect(await asked('bea@example.org')).toEqual([true, true, true, false])
    expect(await asked('nobody-else@example.org')).toEqual([true, true, true, false])
  })
})

test('a refused sign-in leaves an event that does not say which part was wrong', async () => {
  const before = (await events('sign_in.refused')).length
  await tryPassword('bea@example.org', WRONG, { address: '192.0.2.77' })
  const [event] = (await events('sign_in.refused')).slice(before)
  expect(event).toMatchObject({ data: { method: 'password' }, outcome: 'refused' })
  expect(JSON.stringify(event)).not.toContain(WRONG)
  expect(JSON.stringify(event)).not.toContain('bea@')
})

describe('a sign-in whose password is replaced while it is looked at', () => {
  const NEXT = 'six small owls hoot'
  const AFTER_THE_HASH = 'select clock_timestamp() as now'
  const liveOf = async (email: string) => {
    const { rows } = await pool().query(
      'select s.id from sign_in s join password p using (person_id) where p.email = $1 and s.ended is null',
      [email],
    )
    return rows.map(({ id }) => id)
  }

  test('opens nothing after a reset', async () => {
    const email = 'reset-meanwhile@example.org'
    await join(world, email)
    yes(await askPasswordReset({ email }, {}))
    const secret = secretIn(await world.mail.next(email), 'reset')
    const before = (await events('sign_in.refused')).length
    justBefore(AFTER_THE_HASH, async () => yes(await resetPassword({ secret, password: NEXT })))
    expect(no(await tryPassword(email))).toBe('wrong_sign_in')
    expect(await liveOf(email)).toEqual([])
    expect(await events('sign_in.refused')).toHaveLength(before + 1)
    yes(await tryPassword(email, NEXT))
  })

  test('opens nothing after a change', async () => {
    const email = 'change-meanwhile@example.org'
    await join(world, email)
    const { actor } = await signedIn(email)
    justBefore(AFTER_THE_HASH, async () =>
      yes(await changePassword(actor, actOf(actor), { current: PASSWORD, password: NEXT })),
    )
    expect(no(await tryPassword(email))).toBe('wrong_sign_in')
    expect(await liveOf(email)).toEqual([actor.signInId])
  })
})

describe('another password of one’s own', () => {
  const NEXT = 'two red kites circle'

  test('takes the one in use, and ends every other sign-in', async () => {
    const [here, there] = [await signedIn('bea@example.org'), await signedIn('bea@example.org')]
    const change = (current: string) =>
      changePassword(here.actor, actOf(here.actor), { current, password: NEXT })
    expect(await change(WRONG)).toMatchObject({
      refusal: { code: 'invalid', fields: { current: expect.any(String) } },
    })
    yes(await change(PASSWORD))
    expect(await whoIs(there.actor.signInId)).toBeNull()
    expect(await whoIs(here.actor.signInId)).not.toBeNull()
    yes(await tryPassword('bea@example.org', NEXT))
  })

  test('is refused unread after ten wrong ones', async () => {
    const { actor } = await signedIn('bea@example.org', NEXT)
    const change = (current: string) => changePassword(actor, actOf(actor), { current, password: PASSWORD })
    await guess(10, () => change(WRONG))
    expect(no(await change(NEXT))).toBe('too_many_attempts')
  })

  test('is nothing for people who have none', async () => {
    const { administrator: actor } = world
    expect(no(await changePassword(actor, actOf(actor), { current: 'a', password: PASSWORD }))).toBe(
      'not_found',
    )
  })
})

describe('a password', () => {
  test('is never too old, and nothing but its hash and the time of its change is kept', async () => {
    const email = 'fay@example.org'
    await join(world, email)
    await pool().query("update password set changed = changed - interval '20 years' where email = $1", [
      email,
    ])
    const { lacks } = await signedIn(email)
    expect(lacks).toBeNull()
    const { rows } = await pool().query<{ name: string }>(
      "select column_name as name from information_schema.columns where table_name = 'password' order by name",
    )
    // No hint and no question stands beside it.
    expect(rows.map(({ name }) => name)).toEqual(['changed', 'email', 'hash', 'person_id'])
  })
})
