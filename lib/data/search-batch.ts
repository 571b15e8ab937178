import type { Act } from '@/lib/domain/act'
import { type Asking, type Judged, type SearchedTask, searchedEvent } from '@/lib/domain/evaluated'
import type { ResourceServerId } from '@/lib/domain/ids'
import type { Search } from '@/lib/domain/search'
import { type BatchStep, groupCommit } from './commit-batch'
import { pool } from './database'
import { HOLD_TO_LOOK, hold, judge } from './evaluation-batch'
import type { GroundsRev } from './kept-unmoved'

/** What policy would allow, to be told as far as nothing has changed since. */
export type SearchAsk = {
  act: Act
  server: Asking
  search: Search
  task: SearchedTask | null
  judged: readonly Judged[]
  /** Who was believed when they were judged. */
  trustRev: GroundsRev
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
  return asks.map(({ act, judged, trustRev, looked, ...about }) => {
    // Each is looked at as if it were asked alone: nothing is counted.
    const answers = judged.map((one) =>
      judge({ judged: one, trustRev }, { ...held, left: new Map(held.left) }),
    )
    if (answers.some(({ kind }) => kind === 'moved')) return { act, answer: { kind: 'moved' }, events: [] }
    const isAllowed = answers.map((answer) => answer.kind === 'told' && answer.verdict.refusal === null)
    const found = isAllowed.filter((is) => is).length
    return { act, answer: { kind: 'found', isAllowed }, events: [searchedEvent(about, { looked, found })] }
  })
}

/** The last look at what a search found, and its event. No event, no answer. */
export const answerSearch = groupCommit(step, { limit: TOGETHER })

// From those that are live, which are few beside those that ever held the scope: one probe of a key for each. What ends in
// this very moment is judged again under lock.
const HOLDERS = `with live as materialized (
    select id from permission_grant where state = 'live' and expires > now() and id > $4)
  select live.id from live cross join lateral (
    select 1 from grant_scope s where s.grant_id = live.id and s.scope_id = (
      select id from scope where server_id = $1 and action = $2 and resource = $3 and retired is null) limit 1) held
  order by live.id limit $5`

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
