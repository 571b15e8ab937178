'use server'

import { redirect } from 'next/navigation'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { endThisSignIn } from '@/lib/web/sign-in-cookie'

/** "Continue as …" in the account menu. The page stays; what it shows is what that person may see. */
export async function continueHere(key: string): Promise<void> {
  if (!(await startDemoSignIn(key))) redirect('/sign-in?refused=1')
}

export async function signOut(): Promise<void> {
  await endThisSignIn()
  redirect('/sign-in')
}
