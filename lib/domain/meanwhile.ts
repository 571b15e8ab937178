// The browser reads this too, so it stays without a schema library.
import type { PersonId } from './ids'
import type { RequestState } from './status'

/** What became of a request that somebody was about to decide. */
export type Meanwhile = {
  what: 'approved' | 'granted' | 'denied' | 'withdrawn' | 'refused' | 'lapsed' | 'changed'
  /** Who did it, or null where nobody did. */
  by: string | null
  isMe: boolean
  at: number | null
}

type Vote = {
  personId: PersonId
  personName: string
  version: number
  verdict: 'approve' | 'deny'
  signed: Date
}

export type Turned = {
  state: RequestState
  version: number
  answerBy: Date
  decided: Date | null
  approvals: readonly Vote[]
}

/** The last vote on the present version. */
export function lastVoteOf<V extends Pick<Vote, 'version' | 'signed'>>(
  votes: readonly V[],
  version: number,
): V | null {
  return votes
    .filter((vote) => vote.version === version)
    .reduce<V | null>((last, vote) => (last && last.signed > vote.signed ? last : vote), null)
}

/** Why a request is no longer to be decided by this person, and who saw to it. */
export function meanwhileOf(request: Turned, me: PersonId, now: Date): Meanwhile {
  const vote = lastVoteOf(request.approvals, request.version)
  const byVoter = vote && {
    by: vote.personName,
    isMe: vote.personId === me,
    at: vote.signed.getTime(),
  }
  const byNobody = { by: null, isMe: false, at: request.decided?.getTime() ?? null }
  if (request.state === 'denied' && byVoter) return { what: 'denied', ...byVoter }
  if (request.state === 'granted') return { what: 'granted', ...(byVoter ?? byNobody) }
  if (request.state === 'refused') return { what: 'refused', ...byNobody }
  if (request.state === 'withdrawn') return { what: 'withdrawn', ...byNobody }
  if (request.answerBy <= now)
    return { what: 'lapsed', by: null, isMe: false, at: request.answerBy.getTime() }
  return byVoter ? { what: 'approved', ...byVoter } : { what: 'changed', by: null, isMe: false, at: null }
}
