import { verify } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { askPasswordReset } from '@/lib/usecases/passwords/ask-password-reset'
import { no, yes } from '@/tests/harness/demo'
import { events, join, PASSWORD, type PasswordWorld, passwordWorld, tryPassword } from './world'

// The real one, with its calls counted.
vi.mock('@node-rs/argon2', { spy: true })

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
  await join(world, 'ada@example.org')
}, 180_000)
afterAll(() => world.dispose())

const WRONG = 'not the right password'
const entries = async () => {
  const { rows } = await pool().query<{ type: string }>('select type from trail_event order by leaf')
  return rows.map(({ type }) => type)
}
const entriesOf = async (act: () => Promise<unknown>) => {
  const before = (await entries()).length
  await act()
  return (await entries()).slice(before)
}
const windowOver = () => pool().query('delete from rate_count')

/** What anybody may do without an account, with addresses they invent. */
async function invent(count: number, one: (email: string) => Promise<unknown>) {
  for (let at = 0; at < count; at++) await one(`${crypto.randomUUID()}@example.net`)
}

describe('A45: whoever invents addresses', { timeout: 600_000 }, () => {
  test('leaves one entry in a window, however many they try', async () => {
    const left = await entriesOf(() => invent(30, (email) => tryPassword(email, WRONG)))
    expect(left).toEqual(['sign_in.refused'])
    expect(await entriesOf(() => invent(3, (email) => tryPassword(email, WRONG)))).toEqual([])
    await windowOver()
    expect(await entriesOf(() => invent(3, (email) => tryPassword(email, WRONG)))).toEqual([
      'sign_in.refused',
    ])
  })

  test('leaves none more when one of them is tried too often', async () => {
    const email = 'nobody@example.net'
    const left = await entriesOf(async () => {
      for (let times = 0; times < 12; times++) await tryPassword(email, WRONG)
    })
    expect(left).toEqual([])
    expect(no(await tryPassword(email, WRONG))).toBe('too_many_attempts')
  })

  test('leaves one entry for all links they ask for', async () => {
    expect(await entriesOf(() => invent(20, (email) => askPasswordReset({ email }, {})))).toEqual([
      'password.asked',
    ])
  })

  test('has no more hashes made than the limit, and keeps nobody out', async () => {
    await windowOver()
    await invent(1, (email) => tryPassword(email, WRONG))
    await pool().query(`update rate_count set points = 598 where key like 'attempt stranger %'`)
    vi.mocked(verify).mockClear()
    const answers: string[] = []
    await invent(20, async (email) => answers.push(no(await tryPassword(email, WRONG))))
    expect(new Set(answers)).toEqual(new Set(['wrong_sign_in']))
    expect(vi.mocked(verify)).toHaveBeenCalledTimes(2)
    yes(await tryPassword('ada@example.org', PASSWORD))
    expect(no(await tryPassword('ada@example.org', WRONG))).toBe('wrong_sign_in')
  })
})

test('a known address leaves an entry for each attempt that is looked at', async () => {
  const before = (await events('sign_in.refused')).length
  for (let times = 0; times < 3; times++) await tryPassword('ada@example.org', WRONG)
  expect((await events('sign_in.refused')).length).toBe(before + 3)
})

test('addresses of one IPv6 network are counted as one', async () => {
  await windowOver()
  const codes: string[] = []
  for (let at = 0; at < 60; at++) {
    const address = `2001:db8:1:2:${at.toString(16)}::${at.toString(16)}`
    codes.push(no(await tryPassword(`somebody-${at}@example.net`, WRONG, { address })))
  }
  expect(codes.filter((code) => code === 'wrong_sign_in')).toHaveLength(50)
  yes(await tryPassword('ada@example.org', PASSWORD, { address: '2001:db8:1:3::1' }))
})
