'use server'

import { redirect } from 'next/navigation'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { returnPath } from '@/lib/web/return-path'

/** "Continue as …": signs the demo person in and goes where they were going. */
export async function continueTo(to: string, key: string): Promise<void> {
  const isSignedIn = await startDemoSignIn(key)
  redirect(isSignedIn ? returnPath(to) : '/sign-in?refused=1')
}
