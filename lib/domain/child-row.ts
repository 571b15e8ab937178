import type { AgentId, GrantId, RequestId } from './ids'

/** A grant below another, as the page of the upper one shows it. */
export type ChildRow = {
  id: GrantId
  requestId: RequestId
  agentId: AgentId
  agent: string
  handedOnBy: string
  actions: string[]
  expires: Date
  uses: number | null
  usesLeft: number | null
  status: 'live' | 'completed' | 'revoked' | 'expired'
  /** Whether whoever looks may open its page. */
  isVisible: boolean
}

/** The grant that one stands below, as its page names it. */
export type ParentRow = { grantId: GrantId; requestId: RequestId; agent: string; isVisible: boolean }
