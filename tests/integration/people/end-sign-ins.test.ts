import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findSignedIn } from '@/lib/data/signed-in'
import type { Actor } from '@/lib/domain/access'
import type { SignInId } from '@/lib/domain/ids'
import type { Persona } from '@/lib/domain/personas'
import { endSignIn } from '@/lib/usecases/people/end-sign-in'
import { endSignIns } from '@/lib/usecases/people/end-sign-ins'
import { replaceSignIn } from '@/lib/usecases/people/replace-sign-in'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, demoWorld, no, yes } from '@/tests/harness/demo'

let db: FreshDatabase

beforeAll(async () => {
  db = await freshDatabase()
  await demoWorld()
})
afterAll(() => db.dispose())

async function signIn(persona: Persona): Promise<Actor> {
  const { signInId } = yes(await signInAsPersona(persona, {}))
  const found = await findSignedIn(signInId, await databaseNow())
  if (!found) throw new Error('The sign-in does not work.')
  return found.actor
}
const works = async (id: SignInId) => (await findSignedIn(id, await databaseNow())) !== null
const endedBy = async (by: Actor) =>
  (
    await pool().query<{ signIn: string }>(
      `select entry::json -> 'data' ->> 'signIn' as "signIn" from trail_event
       where type = 'sign_in.ended' and entry::json -> 'data' ->> 'by' = $1`,
      [by.personId],
    )
  ).rows.map(({ signIn }) => signIn)

describe('a browser that signs in again', () => {
  test('has one sign-in: the one it brought ends with an event, that of another browser does not', async () => {
    const [brought, elsewhere, next] = [
      await signIn('second-approver'),
      await signIn('second-approver'),
      await signIn('compliance-officer'),
    ]
    await replaceSignIn(brought.signInId, next)
    expect(await Promise.all([brought, elsewhere, next].map(({ signInId }) => works(signInId)))).toEqual([
      false,
      true,
      true,
    ])
    expect(await endedBy(next)).toEqual([brought.signInId])
  })

  test('ends nothing when what it brought is over, and never the one it is given', async () => {
    const [over, next] = [await signIn('requester'), await signIn('compliance-officer')]
    await endSignIn(over, actOf(over), { signInId: over.signInId })
    const before = await endedBy(next)
    await replaceSignIn(over.signInId, next)
    await replaceSignIn(next.signInId, next)
    expect(await works(next.signInId)).toBe(true)
    expect(await endedBy(next)).toEqual(before)
  })
})

describe('ending sign-ins', () => {
  test('ends all of one’s own but the one in use, with an event for each', async () => {
    const [here, laptop, phone] = [
      await signIn('requester'),
      await signIn('requester'),
      await signIn('requester'),
    ]
    const other = await signIn('approver')
    expect(yes(await endSignIns(here, actOf(here), { personId: here.personId }))).toEqual({ ended: 2 })
    expect(await Promise.all([here, laptop, phone, other].map(({ signInId }) => works(signInId)))).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect((await endedBy(here)).sort()).toEqual([laptop.signInId, phone.signInId].sort())
  })

  test('ends however many there are, those without an event of their own counted in one', async () => {
    const [here, other] = [await signIn('administrator'), await signIn('administrator')]
    await pool().query(
      `insert into sign_in select (jsonb_populate_record(s, jsonb_build_object('id', n))).*
       from sign_in s, unnest($2::text[]) n where s.id = $1`,
      [other.signInId, Array.from({ length: 600 }, () => newId('SignInId'))],
    )
    const before = (await endedBy(here)).length
    expect(yes(await endSignIns(here, actOf(here), { personId: here.personId }))).toEqual({ ended: 601 })
    const { rows } = await pool().query('select id from sign_in where person_id = $1 and ended is null', [
      here.personId,
    ])
    expect(rows).toEqual([{ id: here.signInId }])
    const ended = (await endedBy(here)).slice(before)
    expect(ended).toHaveLength(101)
    expect(ended.filter((signIn) => signIn === null)).toHaveLength(1)
    const { rows: counted } = await pool().query(
      `select entry::json -> 'data' ->> 'count' as count from trail_event
       where type = 'sign_in.ended' and entry::json -> 'data' ->> 'count' is not null`,
    )
    expect(counted).toEqual([{ count: '501' }])
  })

  test('of somebody else is an administrator’s, and ends every one', async () => {
    const [officer, again] = [await signIn('compliance-officer'), await signIn('compliance-officer')]
    const [requester, administrator] = [await signIn('requester'), await signIn('administrator')]
    const input = { personId: officer.personId }
    expect(no(await endSignIns(requester, actOf(requester), input))).toBe('not_found')
    yes(await endSignIns(administrator, actOf(administrator), input))
    expect(await works(officer.signInId)).toBe(false)
    expect(await works(again.signInId)).toBe(false)
  })
})
