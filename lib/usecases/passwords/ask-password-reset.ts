import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit, leave } from '@/lib/data/commit'
import { findPasswordByEmail, type PasswordHolder } from '@/lib/data/passwords'
import { replaceReset } from '@/lib/data/write-links'
import type { Act } from '@/lib/domain/act'
import { Email, LINK_SECONDS } from '@/lib/domain/password'
import { done, type Result, refusal } from '@/lib/domain/result'
import type { SignInFrom } from '@/lib/domain/sign-in'
import { countedForMail } from '@/lib/domain/throttle'
import { newLinkSecret } from '@/lib/identity/link-secret'
import { resetLetter } from '@/lib/mail/letters'
import { admit } from '@/lib/usecases/facts/attempts'
import { deliver } from '@/lib/usecases/facts/mail'
import { settings } from '@/lib/usecases/facts/settings'
import { unread, whose, worthOf } from '@/lib/usecases/facts/strangers'

export const AskPasswordReset = z.object({ email: Email })
export type AskPasswordReset = z.infer<typeof AskPasswordReset>

/**
 * Asks for a link to choose another password. The answer and its time are the same whether the address is somebody's
 * or not: the link is made and mailed after the answer. A mail that is lost then is asked for again.
 */
export async function askPasswordReset(
  input: AskPasswordReset,
  from: SignInFrom,
): Promise<Result<{ email: string }>> {
  if (!settings().passwords) return refusal('passwords_off')
  const { email } = input
  const act: Act = { via: 'console', ...(from.address ? { address: from.address } : {}) }
  const admission = await admit(countedForMail({ email, from }))
  if (!admission.isAdmitted) {
    const { outcome, leavesEntry } = await unread<{ email: string }>(admission, { door: 'reset', email })
    return leave(act, outcome, leavesEntry)
  }
  const holder = await findPasswordByEmail(email)
  const worth = await worthOf('reset', holder)
  const event = { type: 'password.asked', outcome: 'done', ...whose(holder) } as const
  const asked = await leave(act, done({ email }, event), worth.leavesEntry)
  if (holder) void sendLink(act, holder).catch((fault: unknown) => console.error(fault))
  return asked
}

async function sendLink(act: Act, { personId, tenantId, email }: PasswordHolder): Promise<void> {
  const created = await databaseNow()
  const expires = new Date(created.getTime() + LINK_SECONDS.reset * 1000)
  const { secret, hash } = newLinkSecret()
  const made = await commit(act, done(null), (tx) =>
    replaceReset(tx, { hash, email, personId, created, expires }),
  )
  if (!made.ok) return
  const letter = resetLetter({ consoleUrl: settings().consoleUrl, secret })
  const failure = await deliver(email, letter, 'reset')
  if (failure) await commit(act, done(null, { ...failure, tenantId, humanId: personId }))
}
