'use server'

import { revalidatePath } from 'next/cache'
import { ShowStory, showStory } from '@/lib/usecases/people/show-story'
import { action } from '@/lib/web/action'
import { IDLE } from '@/lib/web/form-state'

const change = action(ShowStory, showStory, () => revalidatePath('/'))

/** Puts "Try the story" away or brings it back. */
export async function changeStory(form: FormData): Promise<void> {
  await change(IDLE, form)
}
