import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findPersonActor } from '@/lib/data/people'
import type { Actor } from '@/lib/domain/access'
import { acceptInvitation } from '@/lib/usecases/passwords/accept-invitation'
import { askPasswordReset } from '@/lib/usecases/passwords/ask-password-reset'
import { changePassword } from '@/lib/usecases/passwords/change-password'
import { resetPassword } from '@/lib/usecases/passwords/reset-password'
import { withdrawInvitation } from '@/lib/usecases/passwords/withdraw-invitation'
import { disablePerson } from '@/lib/usecases/people/disable-person'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { actOf, no, yes } from '@/tests/harness/demo'
import { secretIn } from '@/tests/harness/mail'
import { events, invite, join, PASSWORD, type PasswordWorld, passwordWorld, signedIn } from './world'

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
}, 180_000)
afterAll(() => world.dispose())

const OTHER = 'four loud geese land'
const THIRD = 'some quiet owls sleep'

async function askReset(email: string) {
  yes(await askPasswordReset({ email }, {}))
  return secretIn(await world.mail.next(email), 'reset')
}

async function secondAdministrator(): Promise<Actor> {
  await join(world, 'second@example.org', 'administrator')
  const { rows } = await pool().query<{ issuer: string; subject: string }>(
    `select issuer, subject from person where id = (select person_id from password where email = 'second@example.org')`,
  )
  const [row] = rows
  const actor =
    row && (await findPersonActor(row.issuer, row.subject, world.administrator.signInId, await databaseNow()))
  if (!actor) throw new Error('There is no second administrator.')
  return actor
}

describe('a mailed link to choose a password', () => {
  test('is worthless once the password was changed in the settings', async () => {
    await join(world, 'changed@example.org')
    const secret = await askReset('changed@example.org')
    const { actor } = await signedIn('changed@example.org')
    yes(await changePassword(actor, actOf(actor), { current: PASSWORD, password: OTHER }))
    expect(no(await resetPassword({ secret, password: THIRD }))).toBe('link_over')
    await signedIn('changed@example.org', OTHER)
  })

  test('is worthless once its person was disabled, also when they are enabled again', async () => {
    const { administrator: first } = world
    const second = await secondAdministrator()
    await join(world, 'back@example.org')
    const { actor } = await signedIn('back@example.org')
    const secret = await askReset('back@example.org')
    yes(await disablePerson(first, actOf(first), { personId: actor.personId, reason: '' }))
    expect(no(await resetPassword({ secret, password: THIRD }))).toBe('link_over')
    const change = { kind: 'person.enable', personId: actor.personId } as const
    const { proposalId } = yes(await proposeRuleChange(second, actOf(second), change))
    const { rows } = await pool().query<{ rev: number }>('select rev from person where id = $1', [
      actor.personId,
    ])
    yes(await activateProposal(first, actOf(first), { proposalId, shown: rows[0]?.rev ?? 0 }))
    expect(no(await resetPassword({ secret, password: THIRD }))).toBe('link_over')
    await signedIn('back@example.org')
  })
})

describe('an invitation', () => {
  const withdraw = (by: Actor, email: string) => withdrawInvitation(by, actOf(by), { email })

  test('that is withdrawn is worthless, with an entry, and can be sent anew', async () => {
    const { administrator } = world
    const secret = await invite(world, 'regret@example.org')
    yes(await withdraw(administrator, 'regret@example.org'))
    expect(no(await acceptInvitation({ secret, password: PASSWORD }))).toBe('link_over')
    expect(await events('person.uninvited')).toMatchObject([{ outcome: 'done' }])
    expect(no(await withdraw(administrator, 'regret@example.org'))).toBe('not_found')
    yes(await acceptInvitation({ secret: await invite(world, 'regret@example.org'), password: PASSWORD }))
  })

  test('that was followed is not there to be withdrawn', async () => {
    await join(world, 'joined@example.org')
    expect(no(await withdraw(world.administrator, 'joined@example.org'))).toBe('not_found')
    await signedIn('joined@example.org')
  })

  test('is an administrator’s to withdraw', async () => {
    const secret = await invite(world, 'kept@example.org')
    expect(no(await withdraw(await world.demo.actor('requester'), 'kept@example.org'))).toBe('not_allowed')
    expect(await events('act.refused')).toMatchObject([{ data: { act: 'person.uninvite' } }])
    yes(await acceptInvitation({ secret, password: PASSWORD }))
  })
})
