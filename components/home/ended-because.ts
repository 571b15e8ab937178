import { type RequestRecord, termsOf } from '@/lib/domain/request-record'
import type { Status } from '@/lib/domain/status'
import { shortDuration } from '../requests/words'

/** Whole minutes from the first minute on: seconds of a quarter of an hour tell nobody anything. */
function lasted(from: Date, to: Date | null): string {
  const seconds = to ? (to.getTime() - from.getTime()) / 1000 : 0
  return shortDuration(seconds < 60 ? seconds : Math.round(seconds / 60) * 60)
}

/** Why a request is over, in computed words: who, after how long, or whose rule. */
export function endedBecause(
  request: RequestRecord,
  names: ReadonlyMap<string, string>,
  status: Status,
): string {
  const { grant, agent } = request
  const lasts = shortDuration(termsOf(request).granted.durationSeconds)
  const by = grant?.endedBy ? (names.get(grant.endedBy) ?? agent.slug) : ''
  if (grant && (status === 'completed' || status === 'revoked'))
    return `By ${by}, after ${lasted(grant.opened, grant.ended)} of ${lasts}`
  if (status === 'expired') return `Its ${lasts} ran out`
  if (status === 'denied') {
    const no = request.approvals.findLast(({ verdict }) => verdict === 'deny')
    return no ? `By ${no.personName}` : 'By an approver'
  }
  if (status === 'withdrawn') return `By ${request.requester.name}`
  if (status === 'lapsed') return 'Nobody answered within a day'
  return 'No signature can lift it'
}
