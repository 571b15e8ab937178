import type { Metadata } from 'next'
import { type Ability, may } from '@/lib/domain/access'
import { currentActor } from './session'

/** The title of a page, for those who may see it. For everybody else there is no such page, its name included. */
export const titleFor = (ability: Ability, title: string) => async (): Promise<Metadata> => {
  const actor = await currentActor()
  // Without a sign-in the page sends to sign in and back: the address said which page it is.
  return { title: !actor || may(actor, ability) ? title : 'Nothing here' }
}
