// The browser reads this too, so it stays without a schema library.
import { type Delegation, isSameDelegation } from './delegation'
import type { ScopeId } from './ids'
import type { Cap } from './uses'

/** How far back an agent's grants are looked at. */
export const GRANTS_LOOKED_AT = 100

/** What an agent was given before, of its last grants. */
export type AgentPast = {
  /** How many of them there are: at most as many as are looked at. */
  grants: number
  /** Of the scopes asked for now: those one of them held. */
  known: readonly ScopeId[]
  /** The newest of them that shares a scope with what is asked for now. */
  last: Asked | null
}

export type Asked = {
  scopeIds: readonly ScopeId[]
  seconds: number
  environment: string
  uses?: Cap
  /** The sub-agents that signatures count for too. */
  delegation?: Delegation | null
}

/** What is new in a request, held against what its agent was given before. */
export type Difference = {
  /** `first`: this agent was never given anything. `unlike`: nothing like it among its last grants. */
  kind: 'first' | 'unlike' | 'same' | 'differs'
  /** Scopes the last similar grant did not hold. */
  added: ScopeId[]
  /** How many of its scopes are not asked for again. */
  fewer: number
  seconds: { now: number; before: number } | null
  environment: { now: string; before: string } | null
  uses?: { now: Cap; before: Cap }
  delegation?: { now: Delegation | null; before: Delegation | null }
  /** Scopes that none of the agent's last grants held. */
  never: ScopeId[]
  /** All its grants were looked at, so `never` is the whole truth. */
  isWhole: boolean
}

export function differenceOf(asked: Asked, past: AgentPast): Difference {
  const never = asked.scopeIds.filter((id) => !past.known.includes(id))
  const isWhole = past.grants < GRANTS_LOOKED_AT
  const nothing = { added: [], fewer: 0, seconds: null, environment: null, never, isWhole }
  const { last } = past
  if (!last) return { kind: past.grants === 0 ? 'first' : 'unlike', ...nothing }
  const added = asked.scopeIds.filter((id) => !last.scopeIds.includes(id))
  const fewer = last.scopeIds.filter((id) => !asked.scopeIds.includes(id)).length
  const seconds = asked.seconds === last.seconds ? null : { now: asked.seconds, before: last.seconds }
  const environment =
    asked.environment === last.environment ? null : { now: asked.environment, before: last.environment }
  const [now, before] = [asked.uses ?? null, last.uses ?? null]
  const uses = now === before ? {} : { uses: { now, before } }
  const [handing, handed] = [asked.delegation ?? null, last.delegation ?? null]
  const delegation = isSameDelegation(handing, handed) ? {} : { delegation: { now: handing, before: handed } }
  const handsOn = 'delegation' in delegation
  const differs =
    handsOn || 'uses' in uses || added.length > 0 || fewer > 0 || seconds !== null || environment !== null
  const kind = differs ? 'differs' : 'same'
  return { kind, added, fewer, seconds, environment, ...uses, ...delegation, never, isWhole }
}
