import type { Act } from '@/lib/domain/act'
import { type Asking, type Judged, type SearchedTask, searchedEvent } from '@/lib/domain/evaluated'
import type { ResourceServerId } from '@/lib/domain/ids'
import type { Search } from '@/lib/domain/search'
import { type BatchStep, groupCommit } from './commit-batch'
import { pool } from './database'
import { HOLD_TO_LOOK, hold, judge } from './evaluation-batch'

/** What policy would allow, to be told as far as nothing has changed since. */
export type SearchAsk = {
  act: Act
  server: Asking
  search: Search
  task: SearchedTask | null
  judged: readonly Judged[]
  looked: number
}

/** For each that was judged whether it is allowed now. `moved`: some have to be judged again. */
export type SearchAnswer = { kind: 'found'; isAllowed: readonly boolean[] } | { kind: 'moved' }

// A whole search is as much as many evaluations: few share a transaction.
const TOGETHER = 8

const step: BatchStep<SearchAsk, SearchAnswer> = async (run, asks) => {
  const held = await hold(
    run,
    asks.flatMap(({ judged }) => judged.map((one) => ({ judged: one }))),
    HOLD_TO_LOOK,
  )
  return asks.map(({ act, judged, looked, ...about }) => {
    // Each is looked at as if it were asked alone: nothing is counted.
    const answers = judged.map((one) => judge({ judged: one }, { ...held, left: new Map(held.left) }))
    if (answers.some(({ kind }) => kind === 'moved')) return { act, answer: { kind: 'moved' }, events: [] }
    const isAllowed = answers.map((answer) => answer.kind === 'told' && answer.verdict.refusal === null)
    const found = isAllowed.filter((is) => is).length
    return { act, answer: { kind: 'found', isAllowed }, events: [searchedEvent(about, { looked, found })] }
  })
}

/** The last look at what a search found, and its event. No event, no answer. */
export const answerSearch = groupCommit(step, { limit: TOGETHER })

const HOLDERS = `select s.grant_id as id from scope x join grant_scope s on s.scope_id = x.id
  join permission_grant g on g.id = s.grant_id
  where x.server_id = $1 and x.action = $2 and x.resource = $3 and x.retired is null
    and g.state = 'live' and g.expires > clock_timestamp() and s.grant_id > $4
  order by s.grant_id limit $5`

/** Grants that hold a scope now, by id, behind the one that was looked at last. */
export async function listGrantsHolding(
  scope: { serverId: ResourceServerId; action: string; resource: string },
  after: string,
  most: number,
): Promise<string[]> {
  const values = [scope.serverId, scope.action, scope.resource, after, most]
  const { rows } = await pool().query<{ id: string }>(HOLDERS, values)
  return rows.map(({ id }) => id)
}
