import type { TrailEvent } from './events'
import type { RequestRecord } from './request-record'
import { deadlineOf, type StageMark } from './stage-clock'

/** A moment of an open stage, as the trail keeps it. */
export function markEvent(request: RequestRecord, { kind, at, stage }: StageMark): TrailEvent {
  const deadline = deadlineOf(stage, request.waitEnds)
  return {
    type: kind === 'reminded' ? 'stage.reminded' : 'stage.escalated',
    outcome: 'held',
    tenantId: request.tenantId,
    humanId: request.requester.id,
    agentId: request.agent.id,
    requestId: request.id,
    decisionIds: request.decisionIds,
    data: {
      stage: stage.name,
      tenant: stage.tenantId,
      version: request.version,
      at: at.toISOString(),
      ...(deadline ? { answerBy: deadline.toISOString() } : {}),
      ...(stage.escalate && kind === 'escalated' ? { to: stage.escalate.to } : {}),
    },
  }
}
