import { z } from 'zod'
import type { RequestRecord } from './request-record'

const Shown = z.object({
  request: z.object({ version: z.number() }),
  policySet: z.string(),
  stage: z.object({ name: z.string() }),
})

function whatChanged(shown: string, now: string, { id, requester }: Pick<RequestRecord, 'id' | 'requester'>) {
  const [before, after] = [Shown.parse(JSON.parse(shown)), Shown.parse(JSON.parse(now))]
  if (before.request.version !== after.request.version)
    return `${requester.name} edited ${id} while you were looking at it. Version ${after.request.version} waits now.`
  if (before.policySet !== after.policySet) return 'Another policy set is in force than when you looked.'
  if (before.stage.name !== after.stage.name) return 'Another stage waits for you than when you looked.'
  return `What ${id} would give was changed while you were looking at it, by another signature or by who may sign.`
}

/** Whose doing it is that what was shown is not what would be signed now, by the two documents. */
export const changedWords = (
  shown: string,
  now: string,
  request: Pick<RequestRecord, 'id' | 'requester'>,
): string => `${whatChanged(shown, now, request)} Nothing was signed.`
