import { counted } from '@/lib/domain/counted'
import { signaturesOn } from '@/lib/domain/quorum'
import { type RequestRecord, termsOf } from '@/lib/domain/request-record'
import { highestSensitivity } from '@/lib/domain/scope'
import { requestStatus, type Status } from '@/lib/domain/status'
import { shortDuration } from './words'

export type AskLine = { id: string; ask: string; actions: string }

/** Two lines: who asks for what, and the id. */
export function askLineOf(request: RequestRecord): AskLine {
  const { scopes } = termsOf(request).granted
  return {
    id: request.id,
    ask: `${request.agent.slug}, ${counted(scopes.length, 'scope')}`,
    actions: [...new Set(scopes.map(({ action }) => action))].join(', '),
  }
}

/** What a line of the list says: nothing else of a request goes to a browser. */
export type RequestRow = AskLine & {
  status: Status
  requester: string
  /** A proposal is withdrawn when its human declines it. */
  isDeclined: boolean
  sensitivity: 1 | 2 | 3
  duration: string
  signed: { given: number; needed: number }
  filed: Date
}

export function requestRowOf(request: RequestRecord, now: Date): RequestRow {
  const { scopes, durationSeconds } = termsOf(request).granted
  return {
    ...askLineOf(request),
    status: requestStatus(request, request.grant, now),
    requester: request.requester.name,
    isDeclined: request.declineReason !== null,
    sensitivity: highestSensitivity(scopes),
    duration: shortDuration(durationSeconds),
    signed: signaturesOn(request),
    filed: request.filed,
  }
}
