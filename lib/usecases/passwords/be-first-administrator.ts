import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { findFirstTenant } from '@/lib/data/provided-people'
import { insertPasswordPerson } from '@/lib/data/write-passwords'
import { spendSetupRight } from '@/lib/data/write-setup-link'
import { insertSignIn } from '@/lib/data/write-sign-ins'
import { CLEAN_LINE } from '@/lib/domain/clean-text'
import type { TrailEvent } from '@/lib/domain/events'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import { Email, NewPassword, PASSWORD_ISSUER, passwordProblem } from '@/lib/domain/password'
import { BY_SETUP_LINK } from '@/lib/domain/provider-sign-in'
import { done, type Result, refusal } from '@/lib/domain/result'
import type { SignInFrom } from '@/lib/domain/sign-in'
import { hashPassword } from '@/lib/identity/password'
import { prepareOpening, type SignedIn } from '@/lib/usecases/facts/opening'
import { settings } from '@/lib/usecases/facts/settings'
import { findSetupRight } from '@/lib/usecases/facts/setup-right'

export const BeFirstAdministrator = z.object({
  name: CLEAN_LINE.min(1, 'Say who you are.').max(100, 'Keep the name under 100 characters.'),
  email: Email,
  password: NewPassword,
})
export type BeFirstAdministrator = z.infer<typeof BeFirstAdministrator>

/**
 * Makes whoever followed the printed link the first administrator, with a password, and signs them in. Until they have
 * set up a second factor they hold nothing.
 */
export async function beFirstAdministrator(
  input: BeFirstAdministrator,
  setupRight: string | undefined,
  from: SignInFrom,
): Promise<Result<SignedIn & { passwordChanged: Date }>> {
  if (!settings().passwords) return refusal('passwords_off')
  const [right, tenantId] = await Promise.all([findSetupRight(setupRight), findFirstTenant()])
  if (!right || !tenantId) return refusal('setup_link_void')
  const { name, email, password } = input
  const problem = passwordProblem(password, email)
  if (problem) return refusal('invalid', { fields: { password: problem } })
  const personId = newId('PersonId')
  const hash = await hashPassword(password)
  const { act, signedIn, event, row } = await prepareOpening(
    { id: personId, name, tenantId },
    'password',
    from,
  )
  const outcome = done({ ...signedIn, passwordChanged: row.started }, ...eventsOf(tenantId, personId), event)
  const person = { personId, tenantId, name, email, role: 'administrator', givenBy: BY_SETUP_LINK } as const
  const made = await commit(act, outcome, async (tx) => {
    await spendSetupRight(tx, right, row.started)
    await insertPasswordPerson(tx, person, { hash, changed: row.started })
    await insertSignIn(tx, row)
  })
  return made.ok ? made : refusal('setup_link_void')
}

function eventsOf(tenantId: TenantId, personId: PersonId): TrailEvent[] {
  const about = { outcome: 'done', tenantId, humanId: personId } as const
  return [
    { type: 'person.added', ...about, data: { issuer: PASSWORD_ISSUER } },
    { type: 'person.role_given', ...about, data: { role: 'administrator', firstAdministrator: true } },
    { type: 'password.chosen', ...about, data: { by: 'setup' } },
  ]
}
