import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findInvitation, type Invitation } from '@/lib/data/links'
import { newId } from '@/lib/data/new-id'
import { isEmailTaken } from '@/lib/data/passwords'
import { rolesOf } from '@/lib/data/people'
import { spendLink } from '@/lib/data/write-links'
import { insertPasswordPerson } from '@/lib/data/write-passwords'
import { may } from '@/lib/domain/access'
import type { TrailEvent } from '@/lib/domain/events'
import type { PersonId } from '@/lib/domain/ids'
import { isLinkGood, LinkSecret, NewPassword, PASSWORD_ISSUER, passwordProblem } from '@/lib/domain/password'
import { done, type Result, refusal } from '@/lib/domain/result'
import { linkHash } from '@/lib/identity/link-secret'
import { hashPassword } from '@/lib/identity/password'
import { settings } from '@/lib/usecases/facts/settings'

export const AcceptInvitation = z.object({ secret: LinkSecret, password: NewPassword })
export type AcceptInvitation = z.infer<typeof AcceptInvitation>

/** Follows an invitation: a person with a password and the role of a requester. The link works once. */
export async function acceptInvitation(input: AcceptInvitation): Promise<Result<{ email: string }>> {
  const { secret, password } = input
  if (!settings().passwords) return refusal('passwords_off')
  const [invitation, now] = await Promise.all([findInvitation(linkHash(secret)), databaseNow()])
  if (!invitation || !(await isGood(invitation, now))) return refusal('link_over')
  const problem = passwordProblem(password, invitation.email)
  if (problem) return refusal('invalid', { fields: { password: problem } })
  const personId = newId('PersonId')
  const hash = await hashPassword(password)
  const { tenantId, name, email, invitedBy: givenBy } = invitation
  const person = { personId, tenantId, name, email, role: 'requester', givenBy } as const
  const outcome = done({ email: invitation.email }, ...eventsOf(invitation, personId))
  const accepted = await commit({ via: 'console', humanId: personId }, outcome, async (tx) => {
    await spendLink(tx, invitation.hash, now)
    await insertPasswordPerson(tx, person, { hash, changed: now })
  })
  // Somebody followed it in the same moment.
  return accepted.ok ? accepted : refusal('link_over')
}

// An invitation is worth no more than the one who sent it: they have to be an administrator still.
async function isGood(invitation: Invitation, now: Date): Promise<boolean> {
  if (!isLinkGood(invitation, now) || (await isEmailTaken(invitation.email))) return false
  return may({ roles: await rolesOf(invitation.invitedBy, invitation.tenantId) }, 'people.change')
}

function eventsOf({ tenantId, invitedBy }: Invitation, personId: PersonId): TrailEvent[] {
  const about = { outcome: 'done', tenantId, humanId: personId } as const
  return [
    { type: 'person.added', ...about, data: { issuer: PASSWORD_ISSUER, invitedBy } },
    { type: 'person.role_given', ...about, data: { role: 'requester' } },
    { type: 'password.chosen', ...about, data: { by: 'invitation' } },
  ]
}
