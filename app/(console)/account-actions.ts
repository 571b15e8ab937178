'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { MarkNoticesRead, markNoticesRead } from '@/lib/usecases/notices/mark-notices-read'
import { action } from '@/lib/web/action'
import { startDemoSignIn } from '@/lib/web/demo-sign-in'
import { endThisSignIn } from '@/lib/web/sign-in-cookie'
import { refusedAt } from '@/lib/web/sign-in-refusals'

/** "Continue as …" in the account menu. The page stays; what it shows is what that person may see. */
export async function continueHere(key: string): Promise<void> {
  if (!(await startDemoSignIn(key))) redirect(refusedAt('demo'))
}

export async function signOut(): Promise<void> {
  await endThisSignIn()
  redirect('/sign-in')
}

export const markNoticesReadAction = action(MarkNoticesRead, markNoticesRead, () =>
  revalidatePath('/', 'layout'),
)
