'use server'

import { revalidatePath } from 'next/cache'
import { followSetupLink } from '@/lib/web/follow-setup-link'
import type { FormState } from '@/lib/web/form-state'

export async function openSetupLinkAction(_: FormState<null>, form: FormData): Promise<FormState<null>> {
  const state = await followSetupLink(form)
  if (state.kind === 'done') revalidatePath('/setup')
  return state
}
