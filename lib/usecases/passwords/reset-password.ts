import { z } from 'zod'
import { forgetAttempts } from '@/lib/data/attempts'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findReset } from '@/lib/data/links'
import { findPasswordOf } from '@/lib/data/passwords'
import { deleteResets, spendLink } from '@/lib/data/write-links'
import { replacePassword } from '@/lib/data/write-passwords'
import { clearFactors } from '@/lib/data/write-second-factors'
import { endSignInsOf } from '@/lib/data/write-sign-ins'
import { isLinkGood, LinkSecret, NewPassword, passwordProblem } from '@/lib/domain/password'
import { done, type Result, refusal } from '@/lib/domain/result'
import { linkHash } from '@/lib/identity/link-secret'
import { hashPassword } from '@/lib/identity/password'
import { settings } from '@/lib/usecases/facts/settings'

export const ResetPassword = z.object({ secret: LinkSecret, password: NewPassword })
export type ResetPassword = z.infer<typeof ResetPassword>

/**
 * Chooses another password by a mailed or printed link, once. Every sign-in of the person ends, and what was counted against the
 * account is forgotten: nobody who guesses can keep out whoever reads the mail. A second factor stays as it is, unless an
 * operator had the link printed for the only administrator, who has lost theirs.
 */
export async function resetPassword(input: ResetPassword): Promise<Result<{ email: string }>> {
  const { secret, password } = input
  if (!settings().passwords) return refusal('passwords_off')
  const [link, now] = await Promise.all([findReset(linkHash(secret)), databaseNow()])
  const holder = link && (await findPasswordOf(link.personId))
  if (!link || !holder || !isLinkGood(link, now)) return refusal('link_over')
  const problem = passwordProblem(password, holder.email)
  if (problem) return refusal('invalid', { fields: { password: problem } })
  const { personId, tenantId, email } = holder
  const hash = await hashPassword(password)
  const data = { by: link.isRecovery ? 'recovery' : 'reset' }
  const about = { outcome: 'done', tenantId, humanId: personId } as const
  const cleared = { type: 'second_factor.reset', ...about, data: { by: 'operator' } } as const
  const outcome = done(
    { email },
    { type: 'password.chosen', ...about, data } as const,
    ...(link.isRecovery ? [cleared] : []),
  )
  const chosen = await commit({ via: 'console', humanId: personId }, outcome, async (tx) => {
    await spendLink(tx, link.hash, now)
    await replacePassword(tx, { personId, hash: holder.hash }, { hash, changed: now })
    await deleteResets(tx, personId)
    if (link.isRecovery) await clearFactors(tx, personId, now)
    await endSignInsOf(tx, { personId }, now)
  })
  if (!chosen.ok) return refusal('link_over')
  await Promise.all([
    forgetAttempts({ limit: 'account', of: email }),
    forgetAttempts({ limit: 'browsers', of: email }),
    forgetAttempts({ limit: 'code', of: personId }),
  ])
  return chosen
}
