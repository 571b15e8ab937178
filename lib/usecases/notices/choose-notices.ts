import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { replacePreference } from '@/lib/data/write-preferences'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result } from '@/lib/domain/result'
import { storedReach } from '@/lib/domain/stored-reach'

export const ChooseNotices = z.object({
  /** The cells of the table that are ticked. What is no cell counts for nothing. */
  on: z.array(z.string().max(40)).max(100).default([]),
})

/** Chooses what reaches oneself, and where. It holds for what happens from then on. */
export const chooseNotices = (
  actor: Actor,
  act: Act,
  { on }: z.infer<typeof ChooseNotices>,
): Promise<Result<{ on: number }>> =>
  commit(act, done({ on: on.length }), (tx) =>
    replacePreference(tx, { personId: actor.personId, name: 'notices', value: storedReach(on) }),
  )
