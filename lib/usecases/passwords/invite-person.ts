import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { isEmailTaken } from '@/lib/data/passwords'
import { replaceInvitation } from '@/lib/data/write-links'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { CLEAN_LINE } from '@/lib/domain/clean-text'
import { Email, LINK_SECONDS } from '@/lib/domain/password'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { newLinkSecret } from '@/lib/identity/link-secret'
import { invitationLetter } from '@/lib/mail/letters'
import { deliver } from '@/lib/usecases/facts/mail'
import { settings } from '@/lib/usecases/facts/settings'

export const InvitePerson = z.object({
  name: CLEAN_LINE.min(1, 'Say who is invited.').max(100, 'Keep the name under 100 characters.'),
  email: Email,
})
export type InvitePerson = z.infer<typeof InvitePerson>

/**
 * Invites somebody by mail. They become a requester when they have chosen a password. To invite the same address again
 * sends a new link; the earlier one is void. `isSent` is false when the mail server did not take the mail.
 */
export async function invitePerson(
  actor: Actor,
  act: Act,
  { name, email }: InvitePerson,
): Promise<Result<{ email: string; isSent: boolean }>> {
  const about = { tenantId: actor.tenantId, humanId: actor.personId }
  if (!may(actor, 'people.change')) {
    const event = {
      type: 'act.refused',
      outcome: 'refused',
      ...about,
      data: { act: 'person.invite' },
    } as const
    return commit(act, refused('not_allowed', event))
  }
  const { consoleUrl, passwords } = settings()
  if (!passwords) return refusal('passwords_off')
  if (await isEmailTaken(email)) return refusal('email_taken')
  const created = await databaseNow()
  const expires = new Date(created.getTime() + LINK_SECONDS.invitation * 1000)
  const { secret, hash } = newLinkSecret()
  const event = { type: 'person.invited', outcome: 'done', ...about, texts: { email, name } } as const
  const invited = await commit(act, done({ email }, event), (tx) =>
    replaceInvitation(tx, {
      ...{ hash, email, name, created, expires },
      ...{ tenantId: actor.tenantId, invitedBy: actor.personId },
    }),
  )
  if (!invited.ok) return invited
  const letter = invitationLetter({
    ...{ consoleUrl, secret, name },
    ...{ invitedBy: actor.name, tenant: actor.tenantName },
  })
  const failure = await deliver(email, letter, 'invitation')
  return commit(
    act,
    done({ email, isSent: failure === null }, ...(failure ? [{ ...failure, ...about }] : [])),
  )
}
