import type { NewChild } from './child-grant'
import { grantSubject } from './credential'
import type { TrailEvent } from './events'
import type { IssueFacts } from './issue'
import { decisionData, grantOpenedEvent, type ScopeDecision } from './request'
import type { WireReason } from './wire-reasons'

const policyIdsOf = (decisions: readonly ScopeDecision[]): string[] => [
  ...new Set(decisions.flatMap(({ answer }) => answer.policies.map(({ id }) => id))),
]

/** Two traces that name each other: one on the grant that was handed on, one on the grant that was opened below it. */
export function handedOnEvents(
  parent: IssueFacts,
  child: IssueFacts,
  decisions: readonly ScopeDecision[],
): TrailEvent[] {
  const decided = { decisionIds: decisions.map(({ id }) => id), policyIds: policyIdsOf(decisions) }
  const { grant, agent, scopes, requester } = child
  const opened = grantOpenedEvent(
    {
      ...{
        requestId: grant.requestId,
        agentId: agent.id,
        requesterId: requester.id,
        tenantId: grant.tenantId,
      },
      ...{ scopes, uses: grant.uses },
    },
    { id: grant.id, opened: child.now, expires: grant.expires },
  )
  return [
    {
      type: 'grant.handed_on',
      outcome: 'allowed',
      ...grantSubject(parent),
      agentId: parent.agent.id,
      ...decided,
      data: {
        ...{ child: grant.id, childRequest: grant.requestId, to: agent.id },
        expires: grant.expires.toISOString(),
        ...(grant.uses === null ? {} : { uses: grant.uses }),
        scopes: decisionData(decisions),
      },
    },
    {
      ...opened,
      ...decided,
      data: { ...opened.data, parent: parent.grant.id, parentRequest: parent.grant.requestId },
    },
  ]
}

/** The trace of a grant that was not opened below another. */
export const notHandedOnEvent = (
  parent: IssueFacts,
  {
    reason,
    agent,
    decisions,
  }: { reason: WireReason; agent: NewChild['agent'] | null; decisions: readonly ScopeDecision[] },
): TrailEvent => ({
  type: 'grant.not_handed_on',
  outcome: 'refused',
  ...grantSubject(parent),
  agentId: parent.agent.id,
  // Refused before policy was asked: then the decisions that opened the grant are the ones it stands on.
  decisionIds: decisions.length > 0 ? decisions.map(({ id }) => id) : parent.grant.decisionIds,
  policyIds: policyIdsOf(decisions),
  data: {
    reason,
    ...(agent ? { to: agent.id } : {}),
    ...(decisions.length > 0 ? { scopes: decisionData(decisions) } : {}),
  },
})
