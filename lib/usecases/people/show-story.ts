import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { replacePreference } from '@/lib/data/write-preferences'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { STORY_HIDDEN, STORY_SHOWN } from '@/lib/domain/preference'
import { done, type Result } from '@/lib/domain/result'

export const ShowStory = z.object({ story: z.enum([STORY_SHOWN, STORY_HIDDEN]) })

/** Puts "Try the story" away for this person, or brings it back. */
export const showStory = (
  actor: Actor,
  act: Act,
  { story }: z.infer<typeof ShowStory>,
): Promise<Result<{ story: string }>> =>
  commit(act, done({ story }), (tx) =>
    replacePreference(tx, { personId: actor.personId, name: 'story', value: story }),
  )
