'use server'

import { redirect } from 'next/navigation'
import { BeginSecondFactor, beginSecondFactor } from '@/lib/usecases/passwords/begin-second-factor'
import { ConfirmSecondFactor } from '@/lib/usecases/passwords/confirm-second-factor'
import { GiveSecondFactor, giveSecondFactor } from '@/lib/usecases/passwords/give-second-factor'
import { unfinishedAction } from '@/lib/web/action'
import { confirmSecondFactorHere } from '@/lib/web/confirm-second-factor'
import type { FormState } from '@/lib/web/form-state'
import { returnPath } from '@/lib/web/return-path'
import { setSignInCookie } from '@/lib/web/sign-in-cookie'

/** The code, and on to where they were going, in a sign-in under another id. */
export async function giveSecondFactorAction(to: string, state: FormState, form: FormData) {
  const send = unfinishedAction(GiveSecondFactor, giveSecondFactor, async (signedIn) => {
    await setSignInCookie(signedIn)
    redirect(returnPath(to))
  })
  return send(state, form)
}

export const beginSecondFactorAction = unfinishedAction(BeginSecondFactor, beginSecondFactor)

export const confirmSecondFactorAction = unfinishedAction(ConfirmSecondFactor, confirmSecondFactorHere)
