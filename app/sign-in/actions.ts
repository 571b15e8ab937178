'use server'

import { redirect } from 'next/navigation'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { returnPath } from '@/lib/web/return-path'
import { refusedAt } from '@/lib/web/sign-in-refusals'
import { startProviderSignIn } from '@/lib/web/start-provider-sign-in'

/** "Continue as …": signs the demo person in and goes where they were going. */
export async function continueTo(to: string, key: string): Promise<void> {
  const isSignedIn = await startDemoSignIn(key)
  redirect(isSignedIn ? returnPath(to) : refusedAt('demo'))
}

/** "Continue with …": to the company's identity provider, and back to where they were going. */
export async function continueWithProvider(to: string): Promise<void> {
  redirect(await startProviderSignIn(returnPath(to)))
}
