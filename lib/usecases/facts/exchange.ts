import type { MandateClaims } from '@/lib/credentials/mandate'
import {
  type IssueAnswer,
  type IssueAsk,
  issueCredential,
  issueUnmoved,
  recordRefusal,
} from '@/lib/data/issue-batch'
import { newId } from '@/lib/data/new-id'
import { agentIdentity } from '@/lib/domain/agent'
import type { IssuedCredential } from '@/lib/domain/credential'
import { factsProblem, type IssueFacts } from '@/lib/domain/issue'
import { type Narrowing, narrow } from '@/lib/domain/narrowing'
import type { ScopeDecision } from '@/lib/domain/request'
import { refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import type { VerifiedDpopProof } from '@/lib/identity/dpop'
import { askAtIssue } from './ask-at-issue'
import { actOfAgent, type Call, type Known } from './authority'
import { overItsRate, type ProvenAgent } from './proofs'
import { isClientId, type WorkloadProof } from './workloads'

/** A mandate and the agent that may use it, on their way to a credential. */
export type Exchange = {
  call: Call
  known: Known
  ask: Narrowing & { clientId: string | null; proof: WorkloadProof }
  jkt: string
  proven: ProvenAgent
  mandate: MandateClaims
}

export type Issued = { ok: true; facts: IssueFacts; credential: IssuedCredential }

/**
 * Issues on what is known of these grounds, and spends the proof of the key together with it. Nobody is refused here but
 * who asks too often and a proof that had been spent: `unsure` when something stands in the way, which is read again;
 * `stale` when the grounds have moved and nothing was written, `moved` when the proof was spent.
 */
export async function issueOnKept(
  exchange: Exchange,
  facts: IssueFacts,
  { replayKey, replayUntil }: VerifiedDpopProof,
): Promise<Issued | WireNo | 'unsure' | 'stale' | 'moved'> {
  const { call, known, proven } = exchange
  const { agent } = proven
  // Where policy cannot answer, it may be the set of a moment ago that could not.
  const judged = await judge(exchange, facts).catch(() => null)
  if (!judged?.ok || judged.ask.decisions.some(({ scope }) => facts.stopped.includes(scope.id)))
    return 'unsure'
  const late = overItsRate(call, agent)
  if (late) return late
  const { groundsRev } = known
  const proof = { key: replayKey, until: replayUntil }
  const answer = await issueUnmoved(judged.ask, { groundsRev, proof })
  if (answer.kind === 'issued') return { ok: true, facts, credential: answer.credential }
  // Counted once more when it is looked at again; and whoever replays a proof is not the agent.
  call.context.uncount?.(agent.id)
  return answer.kind === 'replayed' ? refuseProof('dpop_replayed') : answer.kind
}

/**
 * Issues on what was read. `moved`: something has changed since whoever asks was proven, so they are proven anew, with
 * whom is believed then.
 */
export async function issueOnRead(
  exchange: Exchange,
  facts: IssueFacts | null,
): Promise<Issued | WireNo | 'moved'> {
  const { proven } = exchange
  // A mandate of another agent and one whose grant is not here answer alike.
  if (!facts) return refuseProof('actor_mismatch')
  // The identity may have been taken away, or run elsewhere. The grounds below hold the version that is read here.
  if (facts.agent.id === proven.agent.id && facts.agent.rev !== proven.agent.rev) return 'moved'
  const judged = await judge(exchange, facts)
  if (!judged.ok) return refuse(exchange, facts, judged.refusal, judged.decisions)
  return resultOf(await issueCredential(judged.ask), facts)
}

function resultOf(answer: IssueAnswer, facts: IssueFacts): Issued | WireNo | 'moved' {
  if (answer.kind === 'moved') return 'moved'
  if (answer.kind === 'issued') return { ok: true, facts, credential: answer.credential }
  return refuseProof(answer.reason)
}

type Judged =
  | { ok: true; ask: IssueAsk }
  | { ok: false; refusal: WireNo; decisions?: readonly ScopeDecision[] }

async function judge(exchange: Exchange, facts: IssueFacts): Promise<Judged> {
  const { call, known, ask, proven, jkt } = exchange
  const objection = objectionTo(facts, exchange)
  if (objection) return { ok: false, refusal: objection }
  const narrowed = narrow(facts.scopes, ask, facts.grant.uses)
  if (!narrowed.ok) return { ok: false, refusal: narrowed }
  const { decidedBy, decisions, refusal } = await askAtIssue(facts, narrowed.scopes, proven.environment)
  if (refusal) return { ok: false, refusal, decisions }
  const act = actOfAgent(call, proven.agent.id)
  const id = newId('CredentialId')
  const issue: IssueAsk = { act, id, facts, decidedBy, decisions, jkt, trustRev: known.trustRev }
  if (proven.workload) issue.workload = proven.workload
  return { ok: true, ask: issue }
}

const workloadOf = ({ workload }: ProvenAgent) => (workload ? { workload } : {})

/** What refuses before it is looked at what is asked for. */
function objectionTo(facts: IssueFacts, { ask, proven, mandate }: Exchange): WireNo | null {
  if (proven.agent.id !== facts.agent.id) return refuseProof('actor_mismatch')
  if (mandate.sub !== facts.requester.id || mandate.txn !== facts.grant.requestId)
    return refuseProof('mandate_untrusted')
  const identity = agentIdentity(facts.agent, facts.grant.environment)
  if (!isClientId(proven, ask.clientId) && ask.clientId !== identity) return refuseProof('client_mismatch')
  const problem = factsProblem(facts)
  return problem && refuseProof(problem)
}

/** A mandate ends with its grant: what became of the grant is the reason, and the refusal is written down as any other. */
export async function refuseRanOut(
  exchange: Exchange,
  facts: IssueFacts | null,
  ranOut: WireNo,
): Promise<WireNo> {
  if (!facts) return refuseProof('actor_mismatch')
  return refuse(exchange, facts, objectionTo(facts, exchange) ?? ranOut)
}

/** The identity that the mandate names was proven, and was taken away from its agent: it is counted as that agent. */
export async function refuseUnproven(
  call: Call,
  { proven, mandate, facts }: { proven: WireNo; mandate: MandateClaims; facts: IssueFacts },
): Promise<WireNo> {
  if (proven.verified !== mandate.may_act.sub) return proven
  const { agent } = facts
  const reason = 'actor_unknown'
  await recordRefusal({ act: actOfAgent(call, agent.id), facts, reason, agentId: agent.id, decisions: [] })
  return proven
}

async function refuse(
  { call, proven }: Exchange,
  facts: IssueFacts,
  refusal: WireNo,
  decisions: readonly ScopeDecision[] = [],
): Promise<WireNo> {
  const { reason } = refusal
  const { id: agentId } = proven.agent
  const refused = { facts, reason, agentId, decisions, ...workloadOf(proven) }
  await recordRefusal({ act: actOfAgent(call, agentId), ...refused })
  return refusal
}
