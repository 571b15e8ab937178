import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findPasswordOf } from '@/lib/data/passwords'
import { deleteResets } from '@/lib/data/write-links'
import { replacePassword } from '@/lib/data/write-passwords'
import { endSignInsOf } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { NewPassword, passwordProblem, TypedPassword } from '@/lib/domain/password'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { countedFor } from '@/lib/domain/throttle'
import { hashPassword, isPasswordOf } from '@/lib/identity/password'
import { admit, takeBack, throttled } from '@/lib/usecases/facts/attempts'

export const ChangePassword = z.object({ current: TypedPassword, password: NewPassword })
export type ChangePassword = z.infer<typeof ChangePassword>

/** Changes one's own password. It takes the one in use, and ends every other sign-in and every mailed link. */
export async function changePassword(
  actor: Actor,
  act: Act,
  { current, password }: ChangePassword,
): Promise<Result<{ email: string; changed: Date }>> {
  const holder = await findPasswordOf(actor.personId)
  if (!holder) return refusal('not_found')
  const { personId, email } = holder
  const about = { tenantId: actor.tenantId, humanId: personId, data: { method: 'change' } }
  const counted = countedFor({ email, browser: actor.signInId })
  const admission = await admit(counted)
  if (!admission.isAdmitted) return commit(act, throttled(admission, about))
  if (!(await isPasswordOf(holder.hash, current))) {
    const fields = { current: 'This is not your password.' }
    const event = { type: 'sign_in.refused', outcome: 'refused', ...about } as const
    return commit(act, refused({ code: 'invalid', fields }, event))
  }
  await takeBack(counted)
  const problem = passwordProblem(password, email)
  if (problem) return refusal('invalid', { fields: { password: problem } })
  const [hash, changed] = await Promise.all([hashPassword(password), databaseNow()])
  const event = { ...about, type: 'password.chosen', outcome: 'done', data: { by: 'change' } } as const
  return commit(act, done({ email, changed }, event), async (tx) => {
    await replacePassword(tx, { personId, hash: holder.hash }, { hash, changed })
    await deleteResets(tx, personId)
    await endSignInsOf(tx, { personId, but: actor.signInId }, changed)
  })
}
