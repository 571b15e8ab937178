/** What is stored of a request and of its grant. */
export type RequestState = 'proposed' | 'awaiting' | 'refused' | 'denied' | 'withdrawn' | 'granted'
export type GrantState = 'live' | 'completed' | 'revoked'

export type Tone = 'wait' | 'good' | 'bad' | 'live' | 'neutral'

/** Every state people see: one tone, one sentence that names the next step. */
export const STATUSES = {
  proposed: { label: 'Proposed', tone: 'wait', next: 'Its human has to confirm it before policy is asked.' },
  awaiting: { label: 'Awaiting approval', tone: 'wait', next: 'It becomes live when every stage is signed.' },
  live: { label: 'Live', tone: 'live', next: 'Issue the mandate and hand it to the agent, or revoke.' },
  refused: { label: 'Refused by policy', tone: 'bad', next: 'File again without what policy refuses.' },
  denied: { label: 'Denied', tone: 'bad', next: 'Read the reason and file again with less.' },
  withdrawn: { label: 'Withdrawn', tone: 'neutral', next: 'File again when the task is due.' },
  lapsed: { label: 'Expired unanswered', tone: 'neutral', next: 'File again, nobody answered in time.' },
  completed: {
    label: 'Completed',
    tone: 'good',
    next: 'Nothing is left to do. File again for the next task.',
  },
  revoked: { label: 'Revoked', tone: 'bad', next: 'Nothing is issued any more. File again if it is needed.' },
  expired: {
    label: 'Expired',
    tone: 'neutral',
    next: 'Its time ran out. File again if the task is not done.',
  },
} as const satisfies Record<string, { label: string; tone: Tone; next: string }>

export type Status = keyof typeof STATUSES

const PHASES = {
  proposed: 'open',
  awaiting: 'open',
  live: 'open',
  refused: 'never',
  denied: 'never',
  withdrawn: 'never',
  lapsed: 'never',
  completed: 'ended',
  revoked: 'ended',
  expired: 'ended',
} as const satisfies Record<Status, string>

/** Whether something can still come of a request, whether it gave access that is over, or whether it never gave any. */
export const phaseOf = (status: Status) => PHASES[status]

type RequestClock = { state: RequestState; answerBy: Date }
type GrantClock = { state: GrantState; expires: Date }

/** Expiry is a fact of time: the database clock decides, no job has to run first. */
export const grantStatus = (grant: GrantClock, now: Date): 'live' | 'completed' | 'revoked' | 'expired' =>
  grant.state === 'live' && grant.expires <= now ? 'expired' : grant.state

export function requestStatus(request: RequestClock, grant: GrantClock | null, now: Date): Status {
  if (grant) return grantStatus(grant, now)
  if (request.state === 'granted') return 'live'
  const waits = request.state === 'awaiting' || request.state === 'proposed'
  if (waits && request.answerBy <= now) return 'lapsed'
  return request.state
}
