import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { replacePreference } from '@/lib/data/write-preferences'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { KEYS_OFF, KEYS_ON } from '@/lib/domain/preference'
import { done, type Result } from '@/lib/domain/result'

export const ChooseKeys = z.object({ keys: z.enum([KEYS_ON, KEYS_OFF]) })

/** Whether single keys act on this person's pages (WCAG 2.1.4). */
export const chooseKeys = (
  actor: Actor,
  act: Act,
  { keys }: z.infer<typeof ChooseKeys>,
): Promise<Result<{ keys: string }>> =>
  commit(act, done({ keys }), (tx) =>
    replacePreference(tx, { personId: actor.personId, name: 'keys', value: keys }),
  )
