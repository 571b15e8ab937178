import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { countTrail } from '@/lib/data/trail-export'
import { findTrailHead } from '@/lib/data/trail-head'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result, refusal } from '@/lib/domain/result'
import {
  isEverything,
  MAX_QUERY_CHARACTERS,
  parseTrailQuery,
  printTrailQuery,
  type TrailQuery,
} from '@/lib/domain/trail-query'

export const ExportTrail = z.object({
  query: z.string().max(MAX_QUERY_CHARACTERS, 'This search is too long to export.').default(''),
  format: z.enum(['csv', 'jsonl'], 'Choose CSV or JSON Lines.'),
})
export type ExportTrail = z.infer<typeof ExportTrail>

/** What may now be read out: the entries below `head` that match. */
export type StartedExport = {
  query: TrailQuery
  format: ExportTrail['format']
  head: number
  count: number
}

/** Notes in the trail who takes what out of it, before anything leaves. The export ends below that very entry. */
export async function exportTrail(
  actor: Actor,
  act: Act,
  input: ExportTrail,
): Promise<Result<StartedExport>> {
  if (!may(actor, 'trail.export')) return refusal('not_found')
  const { query, problems } = parseTrailQuery(input.query)
  if (problems.length > 0) return refusal('invalid', { fields: { query: problems.join(' ') } })
  const head = await findTrailHead()
  const count = await countTrail(actor, query, head)
  const outcome = done({ query, format: input.format, head, count }, {
    type: 'trail.exported',
    outcome: 'done',
    tenantId: actor.tenantId,
    humanId: actor.personId,
    data: { format: input.format, entries: count, below: head, filtered: !isEverything(query) },
    // What somebody typed is free text, in a search too.
    ...(isEverything(query) ? {} : { texts: { filters: printTrailQuery(query) } }),
  } as const)
  return commit(act, outcome)
}
