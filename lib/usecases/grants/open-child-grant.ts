import { insertAgentAnswer, type NamedCall } from '@/lib/data/agent-answers'
import { holdAbove, insertChild } from '@/lib/data/child-grants'
import { ChangedMeanwhile, commit } from '@/lib/data/commit'
import { insertDecisions } from '@/lib/data/decisions'
import { findTree } from '@/lib/data/grant-trees'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { newChildGrantId, newId } from '@/lib/data/new-id'
import type { Agent } from '@/lib/domain/agent'
import { childGrantView } from '@/lib/domain/agent-grant'
import { handedOnEvents, notHandedOnEvent } from '@/lib/domain/child-events'
import { ChildAsk, childFacts, childProblem, draftChild, type Tree } from '@/lib/domain/child-grant'
import { GrantId } from '@/lib/domain/ids'
import { factsProblem, type IssueFacts, issueGrounds } from '@/lib/domain/issue'
import type { ScopeDecision } from '@/lib/domain/request'
import { done } from '@/lib/domain/result'
import { refuseProof, type WireReason } from '@/lib/domain/wire-reasons'
import { bodyMalformed, granted, grantUnknown, type WireNo, type WireResult } from '@/lib/domain/wire-result'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import { askAtIssue } from '../facts/ask-at-issue'
import { actOfAgent, type Call, gatherKnown } from '../facts/authority'
import { findNamedAgent } from '../facts/named-agent'
import { answeredBefore, namedCallOf } from '../facts/named-call'
import { proveOwnToken } from '../facts/proofs'

const ATTEMPTS = 3

type Asking = {
  call: Call
  parent: IssueFacts
  tree: Tree
  ask: ChildAsk
  named: NamedCall | null
  /** Where the agent that asks runs. */
  where: string | null
}

const TAKES = 'agent, resources, expires_in, uses and depth'

/**
 * An agent hands part of its grant on to another agent (DESIGN 7, PROTOCOLS 2). What is handed on is never more than the
 * grant, policy is asked about it anew with those signatures alone that named the other agent, and it ends with what
 * stands above it.
 */
export async function openChildGrant(
  call: Call,
  grantId: string,
  body: unknown,
): Promise<WireResult<object>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const ask = ChildAsk.safeParse(body)
  if (!ask.success) return bodyMalformed(ask.error, TAKES)
  const id = GrantId.safeParse(grantId)
  if (!id.success) return grantUnknown()
  const naming = namedCallOf(call, { agentId: proven.agent.id, body: ask.data, now: known.now })
  if (!naming.ok) return naming
  const { named } = naming
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await answeredBefore(named)
    if (before) return before
    const [parent, tree] = await Promise.all([findIssueFacts(id.data), findTree(id.data)])
    if (!parent || !tree || parent.agent.id !== proven.agent.id) return grantUnknown()
    const where = proven.environment
    const answer = await open({ call, parent, tree, ask: ask.data, named, where })
    if (answer === 'moved') continue
    // Of the same call sent twice at once, one may find no more what the other has taken.
    return answer.ok ? answer : ((await answeredBefore(named)) ?? answer)
  }
  throw new Error('What policy is asked with kept changing.')
}

async function open(asking: Asking): Promise<WireResult<object> | 'moved'> {
  const { parent, tree, ask, where } = asking
  const { tenantId, environment } = parent.grant
  const agent = await findNamedAgent(tenantId, environment, ask.agent)
  const problem = factsProblem(parent)
  if (problem) return refuse(asking, agent, refuseProof(problem))
  if (where === null) return refuse(asking, agent, refuseProof('environment_mismatch'))
  const draft = draftChild(parent, tree, agent, ask)
  if (!draft.ok) return refuse(asking, agent, draft)
  const ids = { id: newChildGrantId(tree.rootId), requestId: newId('RequestId') }
  const of = { agent: draft.agent, terms: draft.terms, delegation: tree.delegation }
  const child = childFacts(parent, { ...ids, ...of })
  // What policy would not let the parent do today, where it runs, is not its to hand on, whoever would do it.
  const own = await askAtIssue(parent, child.scopes, where)
  if (own.refusal) return refuse(asking, agent, own.refusal, own.decisions)
  const asked = await askAtIssue(child, child.scopes, environment)
  if (asked.refusal) return refuse(asking, agent, asked.refusal, asked.decisions)
  return write(asking, child, { ...asked, depth: draft.terms.depth })
}

type Decided = Pick<Awaited<ReturnType<typeof askAtIssue>>, 'decidedBy' | 'decisions'> & { depth: number }

async function write(
  asking: Asking,
  child: IssueFacts,
  { decidedBy, decisions, depth }: Decided,
): Promise<WireResult<object> | 'moved'> {
  const { call, parent, tree, named } = asking
  const view = childGrantView(child, depth)
  const grounds = issueGrounds({ facts: child, decidedBy, scopes: child.scopes })
  const outcome = done(view, ...handedOnEvents(parent, child, decisions))
  let problem: WireReason | 'moved' | null = 'moved'
  const written = await commit(actOfAgent(call, parent.agent.id), outcome, async (tx) => {
    if (named) await insertAgentAnswer(tx, named, view)
    const held = await holdAbove(tx, { grounds, parent, rootId: tree.rootId })
    problem = childProblem(child, { grounds, ...held })
    if (problem) throw new ChangedMeanwhile()
    const digest = sha256(canonicalJson({ type: 'countersign-child/v1', ...view })).toString('hex')
    await insertChild(tx, { parent, child, tree, depth, decisions, digest })
  })
  if (written.ok) return granted(view)
  return problem === null || problem === 'moved'
    ? 'moved'
    : refuse(asking, child.agent, refuseProof(problem), decisions)
}

/** Said and written down: a refused attempt leaves its trace on the grant that was to be handed on. */
async function refuse(
  { call, parent }: Asking,
  agent: Agent | null,
  refusal: WireNo,
  decisions: readonly ScopeDecision[] = [],
): Promise<WireNo> {
  const { tenantId, requestId, id: grantId } = parent.grant
  const event = notHandedOnEvent(parent, { reason: refusal.reason, agent, decisions })
  await commit(actOfAgent(call, parent.agent.id), done(null, event), (tx) =>
    insertDecisions(tx, decisions, { tenantId, requestId, grantId, asked: 'handed on', made: parent.now }),
  )
  return refusal
}
