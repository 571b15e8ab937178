import type { AgentId, PersonId, SignInId } from './ids'

/** Who is behind one act, and from where. Goes into every event the act leaves. */
export type Act = {
  via: 'console' | 'authority' | 'sweeper' | 'seed' | 'setup'
  humanId?: PersonId
  agentId?: AgentId
  signInId?: SignInId
  address?: string
  /** Names the HTTP request in the log. Entries from before it was kept have none. */
  reference?: string
}
