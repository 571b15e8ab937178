import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import type { Role } from '@/lib/domain/access'
import { resetPassword } from '@/lib/usecases/passwords/reset-password'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { makeRecoveryLink } from '@/lib/usecases/setup/make-recovery-link'
import { actOf, no, yes } from '@/tests/harness/demo'
import {
  events,
  join,
  PASSWORD,
  type PasswordWorld,
  passwordWorld,
  setUpFactor,
  signedIn,
  whoIs,
} from './world'

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
}, 180_000)
afterAll(() => world.dispose())

const run = promisify(execFile)
const COMMAND = ['--import', 'tsx', 'lib/ops/recover.ts']

const OTHER = 'four loud geese land'
const passkey = (personId: string) => ({
  ...{ credentialId: `key of ${personId}`, personId, name: 'Laptop', publicKey: 'none' },
  ...{ counter: 1, transports: [], added: new Date() },
})
const left = async (personId: string) => ({
  passkeys: await database().passkey.count({ where: { personId } }),
  codes: await database().recoveryCode.count({ where: { personId } }),
})

/** Somebody of these roles with an authenticator app and a passkey, and the sign-in that set them up. */
async function withFactor(email: string, ...roles: Role[]) {
  await join(world, email, ...roles)
  const { actor } = await signedIn(email)
  const { signedIn: opened } = await setUpFactor(actor)
  await database().passkey.create({ data: passkey(actor.personId) })
  const full = (await whoIs(opened.signInId))?.actor
  if (!full) throw new Error('The sign-in of the second factor is over.')
  return full
}

test('two administrators give somebody back who has lost their telephone and their key', async () => {
  const { administrator: first } = world
  const second = await withFactor('second@example.org', 'administrator')
  const lost = await withFactor('lost@example.org', 'approver', 'administrator')
  const change = { kind: 'factor.reset', personId: lost.personId } as const
  const { proposalId, state } = yes(await proposeRuleChange(first, actOf(first), change))
  expect(state).toBe('open')
  const { rows } = await pool().query<{ rev: number }>('select rev from person where id = $1', [
    lost.personId,
  ])
  const shown = rows[0]?.rev ?? 0
  expect(no(await activateProposal(first, actOf(first), { proposalId, shown }))).toBe('own_proposal')
  expect(no(await activateProposal(lost, actOf(lost), { proposalId, shown }))).toBe('own_gain')
  expect(await left(lost.personId)).toEqual({ passkeys: 1, codes: 10 })

  yes(await activateProposal(second, actOf(second), { proposalId, shown }))
  expect(await whoIs(lost.signInId)).toBeNull()
  expect(await left(lost.personId)).toEqual({ passkeys: 0, codes: 0 })
  expect(await events('second_factor.reset')).toMatchObject([
    { data: { before: 'authenticator app, 1 passkey', after: 'none', by: second.personId } },
  ])
  // Nothing of an approver is held until a new one is set up.
  const again = await signedIn('lost@example.org')
  expect(again).toMatchObject({ lacks: 'set_up', actor: { roles: ['requester'] } })
  await setUpFactor(again.actor)
  expect(await left(lost.personId)).toEqual({ passkeys: 0, codes: 10 })
  // Whoever has nothing has nothing to be reset.
  await join(world, 'plain@example.org')
  const { actor: plain } = await signedIn('plain@example.org')
  const none = { kind: 'factor.reset', personId: plain.personId } as const
  expect(no(await proposeRuleChange(first, actOf(first), none))).toBe('nothing_to_change')
})

test('an operator gives the only administrator a link, and nobody else', async () => {
  const sole = await withFactor('sole@example.org', 'administrator')
  await join(world, 'requester@example.org')
  expect(no(await makeRecoveryLink('sole@example.org'))).toBe('not_allowed')
  await database().roleHolding.deleteMany({
    where: { role: 'administrator', personId: { not: sole.personId } },
  })
  expect(no(await makeRecoveryLink('requester@example.org'))).toBe('not_found')
  expect(no(await makeRecoveryLink('nobody@example.org'))).toBe('not_found')
  const first = yes(await makeRecoveryLink('sole@example.org'))
  const { secret } = yes(await makeRecoveryLink('sole@example.org'))
  expect(no(await resetPassword({ secret: first.secret, password: OTHER }))).toBe('link_over')
  expect(await left(sole.personId)).toEqual({ passkeys: 1, codes: 10 })

  const before = (await events('second_factor.reset')).length
  yes(await resetPassword({ secret, password: OTHER }))
  expect(await whoIs(sole.signInId)).toBeNull()
  expect(await left(sole.personId)).toEqual({ passkeys: 0, codes: 0 })
  expect((await events('second_factor.reset')).slice(before)).toMatchObject([{ data: { by: 'operator' } }])
  expect(await events('second_factor.link_made')).toHaveLength(2)
  expect(no(await resetPassword({ secret, password: PASSWORD }))).toBe('link_over')
  expect(await signedIn('sole@example.org', OTHER)).toMatchObject({ lacks: 'set_up' })
})

test('the command prints the link, or says why there is none', async () => {
  const { stdout } = await run(process.execPath, [...COMMAND, 'sole@example.org'])
  const secret = /\/reset#([\w-]{43})$/.exec(stdout.trim())?.[1] ?? ''
  yes(await resetPassword({ secret, password: PASSWORD }))
  await expect(run(process.execPath, [...COMMAND, 'nobody@example.org'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No administrator signs in with this address and a password.'),
  })
}, 180_000)

test('the link is good for 15 minutes', async () => {
  const { secret } = yes(await makeRecoveryLink('sole@example.org'))
  const { rows } = await pool().query<{ minutes: number }>(
    `select extract(epoch from expires - created)::int / 60 as minutes from one_time_link
     where kind = 'recovery' and used is null`,
  )
  expect(rows).toEqual([{ minutes: 15 }])
  await pool().query(`update one_time_link set expires = now() - interval '1 second' where kind = 'recovery'`)
  expect(no(await resetPassword({ secret, password: PASSWORD }))).toBe('link_over')
})
