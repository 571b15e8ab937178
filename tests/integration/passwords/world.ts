import { Secret, TOTP } from 'otpauth'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import type { Actor, Role } from '@/lib/domain/access'
import type { SignInId } from '@/lib/domain/ids'
import type { Mark } from '@/lib/domain/throttle'
import { acceptInvitation } from '@/lib/usecases/passwords/accept-invitation'
import { beginSecondFactor } from '@/lib/usecases/passwords/begin-second-factor'
import { confirmSecondFactor } from '@/lib/usecases/passwords/confirm-second-factor'
import { invitePerson } from '@/lib/usecases/passwords/invite-person'
import { signInWithPassword, type TriedFrom } from '@/lib/usecases/passwords/sign-in-with-password'
import { freshDatabase } from '@/tests/harness/database'
import { actOf, demoWorld, yes } from '@/tests/harness/demo'
import { secretIn, startMailServer } from '@/tests/harness/mail'

export const PASSWORD = 'nine grey herons wade'

/** A database with the demo tenant, a mail server, and passwords switched on. */
export async function passwordWorld() {
  const mail = await startMailServer()
  const db = await freshDatabase()
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: 'test-secret-test-secret-test-secret-test',
    COUNTERSIGN_DEMO: '0',
    COUNTERSIGN_PASSWORDS: '1',
    SMTP_URL: mail.url,
    MAIL_FROM: 'Countersign <access@example.org>',
  })
  const demo = await demoWorld()
  const administrator = await demo.actor('administrator')
  const dispose = async () => {
    await db.dispose()
    await mail.stop()
  }
  return { demo, administrator, mail, dispose }
}

export type PasswordWorld = Awaited<ReturnType<typeof passwordWorld>>

/** Invites somebody and reads the secret in the mail. */
export async function invite({ administrator, mail }: PasswordWorld, email: string, name = 'Somebody') {
  yes(await invitePerson(administrator, actOf(administrator), { name, email }))
  return secretIn(await mail.next(email), 'invite')
}

/** Somebody who has followed an invitation, with these roles. */
export async function join(world: PasswordWorld, email: string, ...roles: Role[]): Promise<void> {
  yes(await acceptInvitation({ secret: await invite(world, email), password: PASSWORD }))
  for (const role of roles)
    await pool().query(
      `insert into role_holding (person_id, tenant_id, role, given_by)
       select person_id, $2, $3, 'setup' from password where email = $1`,
      [email, world.demo.world.tenant.id, role],
    )
}

export const tryPassword = (email: string, password = PASSWORD, from: TriedFrom = {}) =>
  signInWithPassword({ email, password }, from)

/** The mark of a browser that this address signed in from with the password it has now. */
export async function markOf(email: string): Promise<Mark> {
  const { rows } = await pool().query<{ changed: Date }>('select changed from password where email = $1', [
    email,
  ])
  return { browser: crypto.randomUUID(), passwordChanged: rows[0]?.changed.getTime() ?? 0 }
}

export const whoIs = async (signInId: SignInId) => findSignedIn(signInId, await databaseNow())

/** The actor of a new sign-in, with what it holds and lacks. */
export async function signedIn(email: string, password = PASSWORD) {
  const { signInId, lacks, passwordChanged } = yes(await tryPassword(email, password))
  const found = await whoIs(signInId)
  if (!found) throw new Error(`Nobody is signed in as ${email}.`)
  return { actor: found.actor, lacks, passwordChanged }
}

/** What an authenticator app shows for a secret, `steps` from now by the database's clock. */
export async function appCode(text: string, steps = 0): Promise<string> {
  const timestamp = (await databaseNow()).getTime() + steps * 30_000
  return new TOTP({ secret: Secret.fromBase32(text) }).generate({ timestamp })
}

/** A code that the app shows at no time near now. */
export async function wrongCode(text: string): Promise<string> {
  const good = await Promise.all([-2, -1, 0, 1, 2].map((steps) => appCode(text, steps)))
  const wrong = Array.from({ length: 6 }, (_, at) => `00000${at}`).find((code) => !good.includes(code))
  if (!wrong) throw new Error('Five codes are none of six.')
  return wrong
}

/**
 * Sets a second factor up in a sign-in, as with a code of the step before, so that now's is still good. One of the step
 * before would be too old whenever the step ends meanwhile.
 */
export async function setUpFactor(actor: Actor, present?: string) {
  const { text } = yes(await beginSecondFactor(actor, actOf(actor)))
  const input = { code: await appCode(text), ...(present ? { present } : {}) }
  const done = yes(await confirmSecondFactor(actor, actOf(actor), input))
  await pool().query('update second_factor set last_step = last_step - 1 where person_id = $1', [
    actor.personId,
  ])
  return { text, ...done }
}

export async function events(type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query<{ entry: string }>(
    'select entry from trail_event where type = $1 order by leaf',
    [type],
  )
  return rows.map(({ entry }) => JSON.parse(entry))
}
