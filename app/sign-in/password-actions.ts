'use server'

import { redirect } from 'next/navigation'
import { AcceptInvitation, acceptInvitation } from '@/lib/usecases/passwords/accept-invitation'
import { AskPasswordReset, askPasswordReset } from '@/lib/usecases/passwords/ask-password-reset'
import { ResetPassword, resetPassword } from '@/lib/usecases/passwords/reset-password'
import { SignInWithPassword } from '@/lib/usecases/passwords/sign-in-with-password'
import { openAction } from '@/lib/web/action'
import type { FormState } from '@/lib/web/form-state'
import { startPasswordSignIn } from '@/lib/web/password-sign-in'
import { returnPath } from '@/lib/web/return-path'
import { signInFrom } from '@/lib/web/sign-in-cookie'

/** Signs in, goes on to the second factor where one is asked for, and then to where they were going. */
export async function signInAction(to: string, state: FormState, form: FormData) {
  const path = returnPath(to)
  const send = openAction(SignInWithPassword, startPasswordSignIn, ({ lacks }) =>
    redirect(lacks ? `/second-factor?to=${encodeURIComponent(path)}` : path),
  )
  return send(state, form)
}

export const askResetAction = openAction(AskPasswordReset, async (input) =>
  askPasswordReset(input, await signInFrom()),
)

const chosen = () => redirect('/sign-in?said=chosen')

export const resetPasswordAction = openAction(ResetPassword, resetPassword, chosen)
export const acceptInvitationAction = openAction(AcceptInvitation, acceptInvitation, chosen)
