import type { Actor } from './access'
import type { TrailEvent } from './events'
import type { AgentId, RequestId, ScopeId } from './ids'
import { type Outcome, refused } from './result'
import type { Stage } from './stages'

/** Until when a denied agent may not ask for the same again: the longest window among the stages it waited for. */
export function coolsUntilOf(stages: readonly Stage[], denied: Date): Date | null {
  const seconds = Math.max(0, ...stages.map(({ cooldownSeconds = 0 }) => cooldownSeconds))
  return seconds > 0 ? new Date(denied.getTime() + seconds * 1000) : null
}

/** A request an approver denied this agent, whose window is not over. */
export type Cooling = { requestId: RequestId; until: Date; scopeIds: readonly ScopeId[] }

/** The denial that keeps these scopes from being asked for, the last to end: all of its scopes are among them. */
export function coolingOf(asked: readonly ScopeId[], denials: readonly Cooling[]): Cooling | null {
  const same = denials.filter(({ scopeIds }) => scopeIds.every((id) => asked.includes(id)))
  return same.reduce<Cooling | null>((last, one) => (last && last.until >= one.until ? last : one), null)
}

const MINUTES = {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const

/** Said and written down: who asked for what again, and which denial stands in the way. */
export function askedAgain<T>(
  { personId, tenantId }: Pick<Actor, 'personId' | 'tenantId'>,
  agentId: AgentId,
  { requestId, until }: Cooling,
): Outcome<T> {
  const at = until.toLocaleString('en-GB', { ...MINUTES, timeZone: 'UTC' })
  const event: TrailEvent = {
    type: 'request.repeated',
    outcome: 'refused',
    tenantId,
    humanId: personId,
    agentId,
    requestId,
    data: { until: until.toISOString() },
  }
  const says = `An approver denied this agent the same a short time ago. It may ask again from ${at} UTC on.`
  return refused({ code: 'asked_again', says }, event)
}
