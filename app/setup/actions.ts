'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { BeFirstAdministrator } from '@/lib/usecases/passwords/be-first-administrator'
import { openAction } from '@/lib/web/action'
import { startFirstAdministrator } from '@/lib/web/first-administrator'
import { followSetupLink } from '@/lib/web/follow-setup-link'
import type { FormState } from '@/lib/web/form-state'

export async function openSetupLinkAction(_: FormState<null>, form: FormData): Promise<FormState<null>> {
  const state = await followSetupLink(form)
  if (state.kind === 'done') revalidatePath('/setup')
  return state
}

export const beFirstAdministratorAction = openAction(BeFirstAdministrator, startFirstAdministrator, () =>
  redirect('/second-factor?to=/settings'),
)
