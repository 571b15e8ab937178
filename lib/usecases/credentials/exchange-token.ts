import { signAccessToken } from '@/lib/credentials/access-token'
import { type MandateClaims, verifyMandate } from '@/lib/credentials/mandate'
import { taskClaims } from '@/lib/credentials/task-claims'
import { type IssueAsk, issueCredential, recordRefusal } from '@/lib/data/issue-batch'
import { findIssueFacts, keptIssueFacts } from '@/lib/data/issue-facts'
import { findIdentified } from '@/lib/data/known-agents'
import { newId } from '@/lib/data/new-id'
import { actingAgents, agentIdentity } from '@/lib/domain/agent'
import type { AuthorizationDetail } from '@/lib/domain/authorization-details'
import type { IssuedCredential } from '@/lib/domain/credential'
import { factsProblem, type IssueFacts } from '@/lib/domain/issue'
import { type Narrowing, narrow } from '@/lib/domain/narrowing'
import type { ScopeDecision } from '@/lib/domain/request'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireNo, type WireResult } from '@/lib/domain/wire-result'
import { askAtIssue } from '../facts/ask-at-issue'
import { actOfAgent, type Call, gatherKnown, type Known } from '../facts/authority'
import { type ProvenAgent, proveAgent, readKey, spendProofAhead, verifyKey } from '../facts/proofs'
import { isClientId, type WorkloadProof } from '../facts/workloads'

export type ExchangeAsk = Narrowing & { mandate: string; proof: WorkloadProof; clientId: string | null }

export type TokenAnswer = {
  access_token: string
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token'
  token_type: 'DPoP'
  expires_in: number
  scope: string
  authorization_details: AuthorizationDetail[]
}

type Exchange = {
  call: Call
  known: Known
  ask: ExchangeAsk
  jkt: string
  proven: ProvenAgent
  mandate: MandateClaims
}

const ATTEMPTS = 3

/**
 * Trades a mandate and the agent's own proof for a token (RFC 8693, PROTOCOLS 3). Each check fails closed, in this
 * order: key, agent, mandate, is it this agent's, narrowing, policy asked again, the issuing transaction, signature.
 */
export async function exchangeToken(call: Call, ask: ExchangeAsk): Promise<WireResult<TokenAnswer>> {
  // Whether the proof is signed is worked out while the database is asked.
  const [known, signed] = await Promise.all([gatherKnown(call.context), readKey(call)])
  const proof = verifyKey(call, signed, known.now)
  if (!proof.ok) return proof
  const { issuer } = call.context
  const mandate = await verifyMandate(ask.mandate, known.keys, { issuer, now: known.now })
  // What does not depend on each other is asked of the database at once, and judged in the order above.
  const kept = mandate.ok ? keptIssueFacts(mandate.claims.grant_id, known) : null
  const [proven, facts] = await Promise.all([
    proveAgent(call, known, ask.proof, spendProofAhead(proof)),
    mandate.ok && !kept ? findIssueFacts(mandate.claims.grant_id) : null,
  ])
  if (!proven.ok) return proven
  if (!mandate.ok) return mandate
  const exchange = { call, known, ask, jkt: proof.jkt, proven, mandate: mandate.claims }
  let answer = kept ? await issueOnKept(exchange, kept) : await attemptIssue(exchange, facts)
  for (let attempt = kept ? 0 : 1; answer === 'moved' && attempt < ATTEMPTS; attempt += 1)
    answer = await attemptIssue(exchange, await findIssueFacts(mandate.claims.grant_id))
  if (answer === 'moved') throw new Error('What policy is asked with kept changing.')
  return answer
}

type Attempt = WireResult<TokenAnswer> | 'moved'

/** Nobody is refused for what was so a while ago: whatever stands in the way is looked at again. */
async function issueOnKept(exchange: Exchange, facts: IssueFacts): Promise<Attempt> {
  const isSameAgent =
    facts.agent.id === exchange.proven.agent.id && facts.agent.rev === exchange.proven.agent.rev
  if (!isSameAgent) return 'moved'
  const judged = await judge(exchange, facts)
  return judged.ok ? issue(exchange, { ...judged.ask, onKept: true }) : 'moved'
}

async function attemptIssue(exchange: Exchange, facts: IssueFacts | null): Promise<Attempt> {
  const { proven } = exchange
  // A mandate of another agent and one whose grant is not here answer alike.
  if (!facts) return refuseProof('actor_mismatch')
  // An identity that was taken away after it was proven is none: the grounds below hold the version that is read here.
  if (facts.agent.id === proven.agent.id && facts.agent.rev !== proven.agent.rev)
    if (!(await findIdentified(proven.agent.identityId))) return refuseProof('actor_unknown')
  const judged = await judge(exchange, facts)
  if (!judged.ok) return refuse(exchange, facts, judged.refusal, judged.decisions)
  return issue(exchange, { ...judged.ask, onKept: false })
}

type Judged =
  | { ok: true; ask: Omit<IssueAsk, 'onKept'> }
  | { ok: false; refusal: WireNo; decisions?: readonly ScopeDecision[] }

async function judge(exchange: Exchange, facts: IssueFacts): Promise<Judged> {
  const { call, ask, proven, jkt } = exchange
  const objection = objectionTo(facts, exchange)
  if (objection) return { ok: false, refusal: objection }
  const narrowed = narrow(facts.scopes, ask)
  if (!narrowed.ok) return { ok: false, refusal: narrowed }
  const { decidedBy, decisions, refusal } = await askAtIssue(facts, narrowed.scopes, proven.environment)
  if (refusal) return { ok: false, refusal, decisions }
  const act = actOfAgent(call, proven.agent.id)
  const id = newId('CredentialId')
  return { ok: true, ask: { act, id, facts, decidedBy, decisions, jkt, ...workloadOf(proven) } }
}

async function issue(exchange: Exchange, ask: IssueAsk): Promise<Attempt> {
  const answer = await issueCredential(ask)
  if (answer.kind === 'moved') return 'moved'
  if (answer.kind === 'refused') return refuseProof(answer.reason)
  return granted(answerOf(exchange, ask.facts, answer.credential))
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

function answerOf(
  { call, known, mandate }: Exchange,
  { agent, grant, above }: IssueFacts,
  { id, jkt, scopes, issued, expires }: IssuedCredential,
): TokenAnswer {
  const claims = taskClaims({
    ...{ issuer: call.context.issuer, identity: agentIdentity(agent, grant.environment) },
    act: actingAgents(agent, above, grant.environment),
    ...{ humanId: mandate.sub, grant, scopes, id, jkt, issued, expires },
  })
  const { scope, authorization_details, iat, exp } = claims
  return {
    access_token: signAccessToken(claims, known.signing),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'DPoP',
    expires_in: exp - iat,
    ...{ scope, authorization_details },
  }
}
