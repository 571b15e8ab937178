import { z } from 'zod'
import { commit, leave } from '@/lib/data/commit'
import { findPasswordByEmail, type PasswordHolder } from '@/lib/data/passwords'
import { holdPassword } from '@/lib/data/write-passwords'
import { insertSignIn } from '@/lib/data/write-sign-ins'
import type { Act } from '@/lib/domain/act'
import { Email, TypedPassword } from '@/lib/domain/password'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { heldRoles, type Lack } from '@/lib/domain/second-factor'
import type { SignInFrom } from '@/lib/domain/sign-in'
import { countedFor, type Mark } from '@/lib/domain/throttle'
import { isPasswordOf, isPasswordOfNobody } from '@/lib/identity/password'
import { admit, takeBack } from '@/lib/usecases/facts/attempts'
import { browserOf } from '@/lib/usecases/facts/known-browser'
import { prepareOpening, type SignedIn } from '@/lib/usecases/facts/opening'
import { settings } from '@/lib/usecases/facts/settings'
import { unread, whose, worthOf } from '@/lib/usecases/facts/strangers'

export const SignInWithPassword = z.object({ email: Email, password: TypedPassword })
export type SignInWithPassword = z.infer<typeof SignInWithPassword>

/** Where a sign-in is tried from. `mark` is that of a browser that signed in here before. */
export type TriedFrom = SignInFrom & { mark?: Mark | undefined }

type Opened = SignedIn & { lacks: Lack | null; passwordChanged: Date }

const METHOD = { method: 'password' } as const

/**
 * Signs in with e-mail and password. A wrong password, an address that is nobody's and a disabled person are answered
 * alike and take as long. What the sign-in still lacks is said only to whoever knew the password.
 */
export async function signInWithPassword(
  input: SignInWithPassword,
  from: TriedFrom,
): Promise<Result<Opened>> {
  if (!settings().passwords) return refusal('passwords_off')
  const { email, password } = input
  const act: Act = { via: 'console', ...(from.address ? { address: from.address } : {}) }
  const browser = await browserOf(email, from.mark)
  const counted = countedFor({ email, from, browser })
  const admission = await admit(counted)
  if (!admission.isAdmitted) {
    const { outcome, leavesEntry } = await unread<Opened>(admission, { door: 'password', email })
    return leave(act, outcome, leavesEntry)
  }
  const holder = await findPasswordByEmail(email)
  const worth = await worthOf('password', holder)
  const isRight = worth.isLookedAt
    ? await isPasswordOf(holder?.hash ?? null, password)
    : await isPasswordOfNobody(password)
  const opened = holder && isRight ? await open(holder, from) : null
  // Nothing opens when the password was replaced, or the person disabled, while it was looked at.
  if (!opened?.ok) {
    const event = { type: 'sign_in.refused', outcome: 'refused', ...whose(holder), data: METHOD } as const
    return leave(act, refused('wrong_sign_in', event), worth.leavesEntry)
  }
  await takeBack(counted)
  return opened
}

async function open(holder: PasswordHolder, from: SignInFrom) {
  const { personId, name, tenantId, hash, changed, roles, hasSecondFactor } = holder
  const { lacks } = heldRoles(roles, { ...METHOD, given: null, hasOne: hasSecondFactor })
  const opening = await prepareOpening({ id: personId, name, tenantId }, 'password', from)
  const event =
    lacks === 'code' ? ({ ...opening.event, type: 'sign_in.held', outcome: 'held' } as const) : opening.event
  return commit(
    opening.act,
    done({ ...opening.signedIn, lacks, passwordChanged: changed }, event),
    async (tx) => {
      await holdPassword(tx, { personId, hash })
      await insertSignIn(tx, opening.row)
    },
  )
}
