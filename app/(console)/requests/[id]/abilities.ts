import type { RequestView } from '@/components/requests/request-view'
import { type Actor, may, mayComment, mayRevoke } from '@/lib/domain/access'
import { partiesOf, type RequestRecord } from '@/lib/domain/request-record'
import type { Status } from '@/lib/domain/status'

/** What this person may do with the request as it stands. */
export function abilitiesOf(
  actor: Actor,
  request: RequestRecord,
  status: Status,
  isNarrowed: boolean,
): RequestView['abilities'] {
  const isMine = request.requester.id === actor.personId
  const ownsAgent = request.agent.owners.includes(actor.personId)
  const isLive = status === 'live'
  const isOver = !isLive && status !== 'awaiting' && status !== 'proposed'
  return {
    confirm: isMine && status === 'proposed' && may(actor, 'request.file'),
    decline: isMine && status === 'proposed',
    edit: isMine && (status === 'awaiting' || (status === 'proposed' && may(actor, 'request.file'))),
    withdraw: isMine && status === 'awaiting',
    fileAgain: isMine && (isOver || isNarrowed) && may(actor, 'request.file'),
    issue: isMine && isLive,
    complete: isLive && (isMine || ownsAgent),
    revoke: isLive && mayRevoke(actor, partiesOf(request)),
    comment: mayComment(actor, partiesOf(request)),
  }
}
