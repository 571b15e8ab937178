import { z } from 'zod'
import type { Agent } from './agent'
import { AuthorizationDetails } from './authorization-details'
import { MAX_DEPTH } from './child-depth'
import { chainOf, type Delegation, votesBelow } from './delegation'
import type { TrailEvent } from './events'
import type { GrantEnd } from './grant'
import { type Grounds, groundsProblem, type LockedRows } from './grounds'
import type { AgentId, DecisionId, GrantId, PersonId, RequestId, TenantId } from './ids'
import { aboveProblem, type IssueFacts } from './issue'
import { narrow } from './narrowing'
import type { Scope } from './scope'
import { areCounted, type Cap, isWithin } from './uses'
import { refuseProof, type WireReason } from './wire-reasons'
import type { WireNo } from './wire-result'

/** How many grants one request may have below its own, those that ended among them. */
export const MAX_BELOW = 32

const text = z.string().min(1).max(2048)

/** What an agent asks for when it hands part of its grant on. Members that are not known are refused. */
export const ChildAsk = z.strictObject({
  /** The sub-agent, by its canonical identity or the name it has here. */
  agent: text,
  /** What it may do, per resource server: all that the parent has there, or less. */
  resources: z
    .array(
      z.strictObject({
        resource: text,
        scope: z.string().min(1).max(4096).exactOptional(),
        authorization_details: AuthorizationDetails.exactOptional(),
      }),
    )
    .min(1)
    .max(20),
  /** Seconds from now. Left out: until the parent ends. */
  expires_in: z.int().min(1).max(604_800).exactOptional(),
  /** Taken from what the parent has left. Has to be said where uses are counted. */
  uses: z.int().min(1).max(1_000_000).exactOptional(),
  /** How many levels of grants may stand below this one. */
  depth: z.int().min(0).max(MAX_DEPTH).default(0),
})
export type ChildAsk = z.infer<typeof ChildAsk>

/** Where a grant stands in its tree, and what has been used up of it. */
export type Tree = {
  rootId: GrantId
  depth: number
  usesLeft: Cap
  /** How many grants stand below the root, whatever became of them. */
  below: number
  /** Whose signatures the root stands on, deputies and whom they signed for. */
  signers: readonly PersonId[]
  /** The sub-agents that those signatures count for too. */
  delegation: Delegation | null
}

export type ChildTerms = { scopes: readonly Scope[]; seconds: number; uses: Cap; depth: number }

/** A child grant before policy was asked: never more than its parent in anything. */
export type ChildDraft = { ok: true; agent: Agent; terms: ChildTerms } | WireNo

/** What a child would get, or why it gets nothing. Asking for more than there is is refused, never trimmed. */
export function draftChild(parent: IssueFacts, tree: Tree, agent: Agent | null, ask: ChildAsk): ChildDraft {
  const problem = agentProblem(parent, tree, agent)
  if (problem || !agent) return refuseProof(problem ?? 'child_agent_unknown')
  if (tree.below >= MAX_BELOW) return refuseProof('child_too_many')
  if (ask.depth >= tree.depth) return refuseProof('child_too_deep')
  const scopes = scopesOf(parent, ask)
  if (!scopes.ok) return scopes
  const left = Math.floor((parent.grant.expires.getTime() - parent.now.getTime()) / 1000)
  const seconds = ask.expires_in ?? left
  if (seconds > left || seconds < 1) return refuseProof('child_beyond', TOO_LONG)
  const uses = ask.uses ?? null
  if (!isWithin(tree.usesLeft, uses)) return refuseProof('child_beyond', TOO_OFTEN)
  if (uses !== null && tree.usesLeft === null && !areCounted(scopes.scopes))
    return refuseProof('child_beyond', UNCOUNTED)
  return { ok: true, agent, terms: { scopes: scopes.scopes, seconds, uses, depth: ask.depth } }
}

const TOO_LONG = 'A child grant ends no later than its parent. Ask for less time.'
const TOO_OFTEN =
  'The uses of this grant are counted. Say with uses how many the child gets, no more than are left.'
const UNCOUNTED =
  'None of these resource servers asks before it answers, so nobody counts uses. Leave uses out.'

// An owner of the sub-agent who signed would have signed for themselves.
function agentProblem({ agent: own, above }: IssueFacts, tree: Tree, agent: Agent | null): WireReason | null {
  if (!agent || agent.suspended) return 'child_agent_unknown'
  if ([own, ...above.map((one) => one.agent)].some(({ id }) => id === agent.id)) return 'child_agent_above'
  return agent.owners.some((owner) => tree.signers.includes(owner)) ? 'child_agent_owner' : null
}

function scopesOf(parent: IssueFacts, { resources }: ChildAsk): { ok: true; scopes: Scope[] } | WireNo {
  const found = new Set<Scope>()
  for (const { resource, scope = null, authorization_details: details } of resources) {
    const authorizationDetails = details ? JSON.stringify(details) : null
    const narrowed = narrow(parent.scopes, { resource, scope, authorizationDetails }, parent.grant.uses)
    if (!narrowed.ok) return narrowed
    for (const one of narrowed.scopes) found.add(one)
  }
  return { ok: true, scopes: [...found] }
}

/** What is new about a child beside its parent. */
export type NewChild = {
  id: GrantId
  requestId: RequestId
  agent: Agent
  terms: ChildTerms
  delegation: Delegation | null
}

/**
 * The facts policy is asked about a child with: its own agent, time and scopes, and of the signatures only those that named
 * its agent. Who signed for the parent has signed for no other, and who broke glass for it has for nobody else.
 */
export function childFacts(parent: IssueFacts, { agent, terms, delegation, ...ids }: NewChild): IssueFacts {
  const above = [
    {
      grantId: parent.grant.id,
      agent: parent.agent,
      state: parent.grant.state,
      expires: parent.grant.expires,
    },
    ...parent.above,
  ]
  const { environment } = parent.grant
  const votes = votesBelow(delegation, { chain: chainOf(agent, above), environment }, parent.votes)
  return {
    ...parent,
    grant: {
      ...{ ...parent.grant, ...ids },
      ...{ status: null, durationSeconds: terms.seconds, uses: terms.uses, decisionIds: [] },
      expires: new Date(parent.now.getTime() + terms.seconds * 1000),
    },
    request: { ...parent.request, breakGlass: false },
    agent,
    scopes: terms.scopes,
    ...{ votes, memberships: votes.length > 0 ? parent.memberships : [] },
    above,
  }
}

/** What is held while a child is stored. */
export type ChildHeld = { grounds: Grounds; locked: LockedRows; usesLeft: Cap; below: number }

/** The last look before a child is stored: nothing it stands on may have changed, and there has to be room for it. */
export function childProblem(
  child: IssueFacts,
  { grounds, locked, usesLeft, below }: ChildHeld,
): WireReason | 'moved' | null {
  const problem = aboveProblem(child.above, locked) ?? groundsProblem(grounds, locked)
  if (problem) return problem
  if (below >= MAX_BELOW) return 'child_too_many'
  return isWithin(usesLeft, child.grant.uses) ? null : 'child_beyond'
}

/** A grant below one that ends, as far as the trail needs it. */
export type Below = {
  id: GrantId
  requestId: RequestId
  tenantId: TenantId
  requesterId: PersonId
  agentId: AgentId
  decisionIds: readonly DecisionId[]
  expires: Date
}

const ENDED = { completed: 'grant.completed', revoked: 'grant.revoked' } as const

/** The trace of a grant that ended with one above it. */
export const endedWithParent = (parent: GrantId, below: Below, to: GrantEnd['state']): TrailEvent => ({
  type: ENDED[to],
  outcome: 'done',
  tenantId: below.tenantId,
  humanId: below.requesterId,
  agentId: below.agentId,
  requestId: below.requestId,
  grantId: below.id,
  decisionIds: below.decisionIds,
  data: { before: 'live', after: to, with: parent, expires: below.expires.toISOString() },
})
