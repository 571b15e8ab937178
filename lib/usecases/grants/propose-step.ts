import { insertAgentAnswer, type NamedCall } from '@/lib/data/agent-answers'
import { commit } from '@/lib/data/commit'
import { listCooling } from '@/lib/data/cooling'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { newId } from '@/lib/data/new-id'
import { findRequest } from '@/lib/data/requests'
import { listScopes } from '@/lib/data/scopes'
import { insertStep, listEarlierSteps } from '@/lib/data/steps'
import { coolingOf } from '@/lib/domain/cooling'
import { GrantId } from '@/lib/domain/ids'
import { factsProblem, type IssueFacts } from '@/lib/domain/issue'
import { done } from '@/lib/domain/result'
import type { Scope } from '@/lib/domain/scope'
import {
  notProposedEvent,
  proposedEvent,
  STEP_SECONDS,
  StepAsk,
  scopesAskedFor,
  stepProblem,
  stepView,
} from '@/lib/domain/step'
import { refuseProof, type WireReason } from '@/lib/domain/wire-reasons'
import { bodyMalformed, granted, grantUnknown, type WireNo, type WireResult } from '@/lib/domain/wire-result'
import { actOfAgent, type Call, gatherKnown } from '../facts/authority'
import { answeredBefore, namedCallOf } from '../facts/named-call'
import { proveOwnToken } from '../facts/proofs'

const TAKES = 'authorization_details, expires_in, justification and goal'

/**
 * An agent that wants more than its grant gives proposes it to its human (DESIGN 6). It is nothing but a proposal: policy
 * is asked when the human confirms it, and until then nobody else sees it.
 */
export async function proposeStep(call: Call, grantId: string, body: unknown): Promise<WireResult<object>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const ask = StepAsk.safeParse(body)
  if (!ask.success) return bodyMalformed(ask.error, TAKES)
  const naming = namedCallOf(call, { agentId: proven.agent.id, body: ask.data, now: known.now })
  if (!naming.ok) return naming
  const { named } = naming
  const before = await answeredBefore(named)
  if (before) return before
  const id = GrantId.safeParse(grantId)
  const facts = id.success ? await findIssueFacts(id.data) : null
  if (!facts || facts.agent.id !== proven.agent.id) return grantUnknown()
  const problem = factsProblem(facts)
  if (problem) return refuse(call, facts, problem)
  // Its human would take it for the agent at its task.
  if (proven.environment !== facts.grant.environment) return refuse(call, facts, 'environment_mismatch')
  const scopes = scopesAskedFor(await listScopes(facts.grant.tenantId), ask.data, facts.grant.uses)
  if (!scopes) return refuse(call, facts, 'step_scope_unknown')
  return propose(call, facts, { scopes, ask: ask.data, named })
}

async function propose(
  call: Call,
  facts: IssueFacts,
  { scopes, ask, named }: { scopes: readonly Scope[]; ask: StepAsk; named: NamedCall | null },
): Promise<WireResult<object>> {
  const { agent, requester, grant, now } = facts
  const asked = scopes.map((scope) => scope.id)
  const [denials, earlier, before] = await Promise.all([
    listCooling(agent.id, now),
    listEarlierSteps({ agentId: agent.id, requesterId: requester.id, now }),
    findRequest(grant.requestId),
  ])
  const cooling = coolingOf(asked, denials)
  const problem = stepProblem(asked, { earlier, cooling })
  if (problem) return (await answeredBefore(named)) ?? refuse(call, facts, problem, scopes)
  const id = newId('RequestId')
  const answerBy = new Date(now.getTime() + STEP_SECONDS * 1000)
  const { justification, goal = before?.goal ?? '' } = ask
  const durationSeconds = Math.ceil(ask.expires_in / 60) * 60
  const event = proposedEvent(
    facts,
    { requestId: id, scopes, durationSeconds, answerBy },
    { goal, justification },
  )
  const view = stepView({ id, state: 'proposed', answerBy, under: grant.id })
  const of = { goal, justification, durationSeconds, answerBy, ticket: before?.ticket ?? '' }
  const written = await commit(actOfAgent(call, agent.id), done(view, event), async (tx) => {
    if (named) await insertAgentAnswer(tx, named, view)
    await insertStep(
      tx,
      { facts, id, scopes, ...of },
      (then) => stepProblem(asked, { earlier: then, cooling }) !== null,
    )
  })
  if (written.ok) return granted(view)
  // The same call, sent twice at once: the other one has made it.
  const same = await answeredBefore(named)
  if (same) return same
  return refuse(
    call,
    facts,
    await lateProblem(facts, asked, written.refusal.code === 'quota_reached'),
    scopes,
  )
}

/** What stood in the way when it was to be stored. */
async function lateProblem(
  facts: IssueFacts,
  asked: readonly Scope['id'][],
  isTooMany: boolean,
): Promise<WireReason> {
  if (isTooMany) return 'step_too_many'
  const then = await findIssueFacts(facts.grant.id)
  const ended = then && factsProblem(then)
  if (ended) return ended
  const { agent, requester, now } = then ?? facts
  const earlier = await listEarlierSteps({ agentId: agent.id, requesterId: requester.id, now })
  return stepProblem(asked, { earlier, cooling: null }) ?? 'unavailable'
}

async function refuse(
  call: Call,
  facts: IssueFacts,
  reason: WireReason,
  scopes: readonly Scope[] = [],
): Promise<WireNo> {
  const event = notProposedEvent(facts, reason, scopes)
  await commit(actOfAgent(call, facts.agent.id), done(null, event))
  return refuseProof(reason)
}
