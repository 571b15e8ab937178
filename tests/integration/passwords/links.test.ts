import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { acceptInvitation } from '@/lib/usecases/passwords/accept-invitation'
import { askPasswordReset } from '@/lib/usecases/passwords/ask-password-reset'
import { InvitePerson, invitePerson } from '@/lib/usecases/passwords/invite-person'
import { resetPassword } from '@/lib/usecases/passwords/reset-password'
import { actOf, no, yes } from '@/tests/harness/demo'
import { secretIn } from '@/tests/harness/mail'
import {
  events,
  invite,
  join,
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
}, 180_000)
afterAll(() => world.dispose())

const OTHER = 'four loud geese land'
const runOut = (email: string) =>
  pool().query(`update one_time_link set expires = now() - interval '1 second' where email = $1`, [email])

async function askReset(email: string) {
  yes(await askPasswordReset({ email }, {}))
  return secretIn(await world.mail.next(email), 'reset')
}

describe('an invitation', () => {
  test('brings a requester with a password, who signs in', async () => {
    const secret = await invite(world, 'ada@example.org', 'Ada')
    yes(await acceptInvitation({ secret, password: PASSWORD }))
    const { actor, lacks } = await signedIn('ada@example.org')
    expect(actor).toMatchObject({ name: 'Ada', roles: ['requester'], issuer: 'urn:countersign:password' })
    expect(lacks).toBeNull()
  })

  test('works once', async () => {
    const secret = await invite(world, 'twice@example.org')
    yes(await acceptInvitation({ secret, password: PASSWORD }))
    expect(no(await acceptInvitation({ secret, password: OTHER }))).toBe('link_over')
  })

  test('makes one person of twelve who follow it at once', async () => {
    const secret = await invite(world, 'race@example.org')
    const all = await Promise.all(
      Array.from({ length: 12 }, () => acceptInvitation({ secret, password: PASSWORD })),
    )
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(new Set(all.filter(({ ok }) => !ok).map(no))).toEqual(new Set(['link_over']))
    const { rows } = await pool().query(`select 1 from person where name = 'Somebody' and id in
      (select person_id from password where email = 'race@example.org')`)
    expect(rows).toHaveLength(1)
  })

  test('ends after its days', async () => {
    const secret = await invite(world, 'late@example.org')
    await runOut('late@example.org')
    expect(no(await acceptInvitation({ secret, password: PASSWORD }))).toBe('link_over')
  })

  test('is void when it was sent again', async () => {
    const first = await invite(world, 'again@example.org')
    const second = await invite(world, 'again@example.org')
    expect(no(await acceptInvitation({ secret: first, password: PASSWORD }))).toBe('link_over')
    yes(await acceptInvitation({ secret: second, password: PASSWORD }))
  })

  test('is worth nothing once its sender is no administrator', async () => {
    const secret = await invite(world, 'orphan@example.org')
    const { personId } = world.administrator
    const taken = await pool().query(
      `delete from role_holding where person_id = $1 and role = 'administrator' returning *`,
      [personId],
    )
    expect(no(await acceptInvitation({ secret, password: PASSWORD }))).toBe('link_over')
    const [row] = taken.rows
    await pool().query(
      'insert into role_holding (person_id, tenant_id, role, given_by) values ($1, $2, $3, $4)',
      [row.person_id, row.tenant_id, row.role, row.given_by],
    )
  })

  test('to a second mailbox of one’s own makes nobody who could ask what one signs', async () => {
    const { demo, administrator } = world
    const secret = await invite(world, 'alias@example.org')
    yes(await acceptInvitation({ secret, password: PASSWORD }))
    const { actor } = await signedIn('alias@example.org')
    await pool().query(`insert into role_holding values ($1, $2, 'approver', 'setup')`, [
      administrator.personId,
      administrator.tenantId,
    ])
    await pool().query(
      `insert into group_member select id, $1, 'setup' from approver_group where slug = 'security'`,
      [administrator.personId],
    )
    const owned = await pool().query('delete from agent_owner where person_id = $1 returning *', [
      administrator.personId,
    ])
    const id = await demo.file('resolve-a-refund-ticket', actor)
    expect(no(await demo.approve(await demo.actor('administrator'), id))).toBe('let_in_requester')
    expect(yes(await demo.approve(await demo.actor('approver'), id)).state).toBe('granted')
    for (const { agent_id, person_id } of owned.rows)
      await pool().query('insert into agent_owner values ($1, $2)', [agent_id, person_id])
    await pool().query('delete from group_member where person_id = $1', [administrator.personId])
    await pool().query(`delete from role_holding where person_id = $1 and role = 'approver'`, [
      administrator.personId,
    ])
  })

  test('goes to no address that somebody signs in with, however it is written', async () => {
    const { administrator: by } = world
    await join(world, 'taken@example.org')
    const typed = InvitePerson.parse({ name: 'Other', email: ' Taken@Example.ORG ' })
    expect(no(await invitePerson(by, actOf(by), typed))).toBe('email_taken')
  })

  test('asks for a password without the address in it', async () => {
    const secret = await invite(world, 'heron@example.org')
    const refused = await acceptInvitation({ secret, password: 'my heron@example.org!' })
    expect(refused).toMatchObject({ refusal: { fields: { password: expect.stringContaining('e-mail') } } })
    yes(await acceptInvitation({ secret, password: PASSWORD.replace('herons', 'storks') }))
  })

  test('says when the mail server did not take it, and can be sent again', async () => {
    const { administrator: by, mail } = world
    const typed = { name: 'Nobody', email: 'unsent@example.org' }
    mail.refuse(true)
    expect(yes(await invitePerson(by, actOf(by), typed)).isSent).toBe(false)
    mail.refuse(false)
    expect(await events('mail.failed')).toMatchObject([{ data: { letter: 'invitation', code: 'EENVELOPE' } }])
    expect(yes(await invitePerson(by, actOf(by), typed)).isSent).toBe(true)
    await mail.next('unsent@example.org')
  })

  test('is an administrator’s to send', async () => {
    const by = await world.demo.actor('requester')
    const typed = { name: 'Friend', email: 'friend@example.org' }
    expect(no(await invitePerson(by, actOf(by), typed))).toBe('not_allowed')
    expect(await events('act.refused')).toMatchObject([{ data: { act: 'person.invite' } }])
  })
})

describe('a reset', () => {
  test('sets another password and ends every sign-in', async () => {
    await join(world, 'reset@example.org')
    const { actor } = await signedIn('reset@example.org')
    yes(await resetPassword({ secret: await askReset('reset@example.org'), password: OTHER }))
    expect(await whoIs(actor.signInId)).toBeNull()
    expect(no(await tryPassword('reset@example.org'))).toBe('wrong_sign_in')
    yes(await tryPassword('reset@example.org', OTHER))
  })

  test('works once, and for one of eight at once', async () => {
    await join(world, 'reset-race@example.org')
    const secret = await askReset('reset-race@example.org')
    const all = await Promise.all(Array.from({ length: 8 }, () => resetPassword({ secret, password: OTHER })))
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(no(await resetPassword({ secret, password: PASSWORD }))).toBe('link_over')
  })

  test('ends after half an hour, and when another was asked for', async () => {
    await join(world, 'reset-late@example.org')
    const first = await askReset('reset-late@example.org')
    const second = await askReset('reset-late@example.org')
    expect(no(await resetPassword({ secret: first, password: OTHER }))).toBe('link_over')
    const { rows } = await pool().query<{ minutes: number }>(
      `select extract(epoch from expires - created)::int / 60 as minutes from one_time_link
       where kind = 'reset' and email = 'reset-late@example.org'`,
    )
    expect(rows).toEqual([{ minutes: 30 }])
    await runOut('reset-late@example.org')
    expect(no(await resetPassword({ secret: second, password: OTHER }))).toBe('link_over')
  })

  test('that cannot be made is answered like any other, and says why in the log', async () => {
    await join(world, 'unmade@example.org')
    await pool().query(
      `alter table one_time_link add constraint unmade check (email <> 'unmade@example.org') not valid`,
    )
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    yes(await askPasswordReset({ email: 'unmade@example.org' }, {}))
    await expect.poll(() => said.mock.calls.flat()).toContainEqual(expect.any(Error))
    said.mockRestore()
    await pool().query('alter table one_time_link drop constraint unmade')
  })

  test('is no invitation, and an invitation is no reset', async () => {
    await join(world, 'kinds@example.org')
    const reset = await askReset('kinds@example.org')
    expect(no(await acceptInvitation({ secret: reset, password: OTHER }))).toBe('link_over')
    const invitation = await invite(world, 'kinds-2@example.org')
    expect(no(await resetPassword({ secret: invitation, password: OTHER }))).toBe('link_over')
  })
})

test('A51: no secret of a link is stored or told', async () => {
  const secret = await invite(world, 'secret@example.org')
  const { rows } = await pool().query<{ found: string }>(
    `select string_agg(t::text, '') as found from (
       select entry as t from trail_event union all select l::text from one_time_link l
       union all select text from trail_text) all_rows`,
  )
  expect(rows[0]?.found).not.toContain(secret)
  expect(rows[0]?.found).not.toContain(PASSWORD)
})
