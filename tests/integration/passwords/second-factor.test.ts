import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import { beginSecondFactor } from '@/lib/usecases/passwords/begin-second-factor'
import { confirmSecondFactor } from '@/lib/usecases/passwords/confirm-second-factor'
import { GiveSecondFactor, giveSecondFactor } from '@/lib/usecases/passwords/give-second-factor'
import { actOf, no, yes } from '@/tests/harness/demo'
import {
  appCode,
  events,
  join,
  type PasswordWorld,
  passwordWorld,
  setUpFactor,
  signedIn,
  whoIs,
  wrongCode,
} from './world'

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
}, 180_000)
afterAll(() => world.dispose())

let joined = 0
const somebody = async () => {
  const email = `somebody-${joined++}@example.org`
  await join(world, email, 'approver', 'administrator')
  return email
}
const give = (actor: Actor, code: string) =>
  giveSecondFactor(actor, actOf(actor), GiveSecondFactor.parse({ code }))
const begin = (actor: Actor) => beginSecondFactor(actor, actOf(actor))
const confirm = (actor: Actor, code: string, present?: string) =>
  confirmSecondFactor(actor, actOf(actor), { code, ...(present ? { present } : {}) })
const age = (actor: Actor, minutes: number) =>
  pool().query(`update sign_in set started = started - make_interval(mins => $2) where id = $1`, [
    actor.signInId,
    minutes,
  ])

/** Somebody with a second factor, in a new sign-in that waits for it. */
async function waiting() {
  const email = await somebody()
  const { text, recoveryCodes } = await setUpFactor((await signedIn(email)).actor)
  const { actor, lacks } = await signedIn(email)
  return { email, text, recoveryCodes, actor, lacks }
}

describe('an approver and administrator', () => {
  test('is neither with a password alone, and both with a second factor', async () => {
    const email = await somebody()
    const first = await signedIn(email)
    expect(first).toMatchObject({ lacks: 'set_up', actor: { roles: ['requester'], groups: [] } })
    const { signedIn: after } = await setUpFactor(first.actor)
    expect(await whoIs(first.actor.signInId)).toBeNull()
    const now = await whoIs(after.signInId)
    expect(now?.lacks).toBeNull()
    expect([...(now?.actor.roles ?? [])].sort()).toEqual(['administrator', 'approver', 'requester'])
    expect(await events('second_factor.set_up')).toHaveLength(1)
  })

  test('is nobody in a sign-in that has not given the second factor', async () => {
    const { text, actor, lacks } = await waiting()
    expect({ lacks, roles: actor.roles, groups: actor.groups }).toEqual({
      lacks: 'code',
      roles: [],
      groups: [],
    })
    const { signInId } = yes(await give(actor, await appCode(text)))
    expect((await whoIs(signInId))?.actor.roles).toContain('administrator')
    expect(await whoIs(actor.signInId)).toBeNull()
    expect(no(await give(actor, await appCode(text, 1)))).toBe('not_found')
  })

  test('cannot replace the second factor in a sign-in that has not given it', async () => {
    const { actor } = await waiting()
    expect(no(await begin(actor))).toBe('not_found')
    expect(no(await confirm(actor, '123456'))).toBe('not_found')
  })

  test('replaces it in a fresh sign-in only, which ends the others', async () => {
    const { email, text, actor, recoveryCodes } = await waiting()
    const { signInId } = yes(await give(actor, await appCode(text)))
    const found = await whoIs(signInId)
    if (!found) throw new Error('Nobody is signed in.')
    const other = await signedIn(email)
    const next = await setUpFactor(found.actor, await appCode(text, 1))
    expect(await whoIs(other.actor.signInId)).toBeNull()
    const again = await signedIn(email)
    expect(no(await give(again.actor, await appCode(text)))).toBe('wrong_code')
    expect(no(await give(again.actor, recoveryCodes[0] ?? ''))).toBe('wrong_code')
    const { signInId: last } = yes(await give(again.actor, await appCode(next.text)))
    const old = await whoIs(last)
    if (!old) throw new Error('Nobody is signed in.')
    await age(old.actor, 16)
    expect(no(await begin(old.actor))).toBe('not_fresh')
  })
})

describe('a cookie that somebody copied', () => {
  /** A fresh sign-in with the second factor given, where another one was begun. */
  async function replacing() {
    const { text, recoveryCodes, actor: first } = await waiting()
    const given = await appCode(text)
    const { signInId } = yes(await give(first, given))
    const found = await whoIs(signInId)
    if (!found) throw new Error('Nobody is signed in.')
    const { actor } = found
    const { text: next } = yes(await begin(actor))
    return {
      text,
      recoveryCodes,
      given,
      actor,
      confirmWith: async (present?: string) => confirm(actor, await appCode(next), present),
    }
  }

  test('replaces no second factor without a code of the present one', async () => {
    const { text, given, confirmWith } = await replacing()
    expect(await confirmWith()).toMatchObject({
      refusal: { code: 'invalid', fields: { present: expect.any(String) } },
    })
    expect(no(await confirmWith(await wrongCode(text)))).toBe('wrong_code')
    // Used before: to sign in.
    expect(no(await confirmWith(given))).toBe('wrong_code')
    yes(await confirmWith(await appCode(text, 1)))
  })

  test('replaces it with a recovery code', async () => {
    const { recoveryCodes, confirmWith } = await replacing()
    const [first = ''] = recoveryCodes
    yes(await confirmWith(GiveSecondFactor.parse({ code: first }).code))
  })

  test('guesses at the present one five times', async () => {
    const { text, confirmWith } = await replacing()
    const wrong = await wrongCode(text)
    for (let times = 0; times < 5; times++) expect(no(await confirmWith(wrong))).toBe('wrong_code')
    expect(no(await confirmWith(await appCode(text, 1)))).toBe('too_many_attempts')
  })

  test('does not make itself fresh', async () => {
    const { text, actor } = await waiting()
    await age(actor, 16)
    const { signInId } = yes(await give(actor, await appCode(text)))
    const found = await whoIs(signInId)
    if (!found) throw new Error('Nobody is signed in.')
    expect(no(await begin(found.actor))).toBe('not_fresh')
  })
})

describe('a code', () => {
  test('works once', async () => {
    const { email, text, actor } = await waiting()
    const code = await appCode(text)
    yes(await give(actor, code))
    expect(no(await give((await signedIn(email)).actor, code))).toBe('wrong_code')
  })

  test('lets one of five in who present it at once, in sign-ins of their own', async () => {
    const { email, text } = await waiting()
    const code = await appCode(text)
    const actors = []
    for (let at = 0; at < 5; at++) actors.push((await signedIn(email)).actor)
    const all = await Promise.all(actors.map((actor) => give(actor, code)))
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(new Set(all.filter(({ ok }) => !ok).map(no))).toEqual(new Set(['wrong_code']))
  })

  test('may be of the next step, and then the one before it is used up', async () => {
    const { email, text, actor } = await waiting()
    yes(await give(actor, await appCode(text, 1)))
    expect(no(await give((await signedIn(email)).actor, await appCode(text)))).toBe('wrong_code')
  })

  test('that set the second factor up does not open a sign-in', async () => {
    const email = await somebody()
    const { actor } = await signedIn(email)
    const { text } = yes(await begin(actor))
    const code = await appCode(text)
    yes(await confirm(actor, code))
    expect(no(await give((await signedIn(email)).actor, code))).toBe('wrong_code')
  })

  test('is refused unread after five wrong ones, with one event', async () => {
    const { text, actor } = await waiting()
    const before = (await events('sign_in.throttled')).length
    const wrong = await wrongCode(text)
    for (let times = 0; times < 5; times++) expect(no(await give(actor, wrong))).toBe('wrong_code')
    for (let times = 0; times < 5; times++)
      expect(no(await give(actor, await appCode(text)))).toBe('too_many_attempts')
    const about = { data: { method: 'second factor' } }
    expect((await events('sign_in.throttled')).slice(before)).toMatchObject([about])
  })
})

describe('a recovery code', () => {
  test('works once, however it is typed', async () => {
    const { email, recoveryCodes, actor } = await waiting()
    const [first = '', second = ''] = recoveryCodes
    yes(await give(actor, first.toLowerCase().replaceAll('-', ' ')))
    const again = await signedIn(email)
    expect(no(await give(again.actor, first))).toBe('wrong_code')
    yes(await give(again.actor, second))
    expect(await events('person.signed_in')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ data: { method: 'password', secondFactor: 'recovery code' } }),
      ]),
    )
  })

  test('lets one of five in who present it at once', async () => {
    const { email, recoveryCodes } = await waiting()
    const actors = []
    for (let at = 0; at < 5; at++) actors.push((await signedIn(email)).actor)
    const all = await Promise.all(actors.map((actor) => give(actor, recoveryCodes[3] ?? '')))
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
  })
})

test('neither secrets nor recovery codes are stored as they are', async () => {
  const { text, recoveryCodes } = await waiting()
  const { rows } = await pool().query<{ found: string }>(
    `select string_agg(t, '') as found from (
       select f::text as t from second_factor f union all select c::text from recovery_code c
       union all select entry from trail_event) all_rows`,
  )
  expect(rows[0]?.found).not.toContain(text)
  for (const code of recoveryCodes) expect(rows[0]?.found).not.toContain(code.replaceAll('-', ''))
})
