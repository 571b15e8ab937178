import { signAccessToken } from '@/lib/credentials/access-token'
import { verifyMandate } from '@/lib/credentials/mandate'
import { taskClaims } from '@/lib/credentials/task-claims'
import { findIssueFacts, keptIssueFacts } from '@/lib/data/issue-facts'
import { actingAgents, agentIdentity } from '@/lib/domain/agent'
import type { AuthorizationDetail } from '@/lib/domain/authorization-details'
import type { Narrowing } from '@/lib/domain/narrowing'
import type { ProofRefusal } from '@/lib/domain/wire-reasons'
import { granted, type WireNo, type WireResult } from '@/lib/domain/wire-result'
import type { DpopReading, VerifiedDpopProof } from '@/lib/identity/dpop'
import { type Call, gatherKnown, type Known, lastKnown } from '../facts/authority'
import { type Issued, issueOnKept, issueOnRead, refuseRanOut, refuseUnproven } from '../facts/exchange'
import { identifyAgain, proveAgent, proveKept, readKey, spendProofAhead, verifyKey } from '../facts/proofs'
import type { WorkloadProof } from '../facts/workloads'

export type ExchangeAsk = Narrowing & { mandate: string; proof: WorkloadProof; clientId: string | null }

export type TokenAnswer = {
  access_token: string
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token'
  token_type: 'DPoP'
  expires_in: number
  scope: string
  authorization_details: AuthorizationDetail[]
}

type Asked = {
  ok: true
  call: Call
  known: Known
  ask: ExchangeAsk
  proof: VerifiedDpopProof
  mandate: Awaited<ReturnType<typeof verifyMandate>>
}

/** How much of it is done already when it is looked at anew: its proofs serve once. */
type Done = { isKeySpent: boolean; isProven: boolean }

const ATTEMPTS = 5

/**
 * Trades a mandate and the agent's own proof for a token (RFC 8693, PROTOCOLS 3). Each check fails closed, in this
 * order: key, agent, mandate, is it this agent's, narrowing, policy asked again, the issuing transaction, signature. What
 * is found to have changed in between is begun anew, with whom is believed then.
 */
export async function exchangeToken(call: Call, ask: ExchangeAsk): Promise<WireResult<TokenAnswer>> {
  // Only an actor token may have been proven before: an assertion is spent each time.
  const last = ask.proof.as === 'actor' ? lastKnown() : null
  // Whether the proof is signed is worked out while the database is asked.
  const [known, signed] = last
    ? [last, await readKey(call)]
    : await Promise.all([gatherKnown(call.context), readKey(call)])
  const lookAt = (at: Known) => judgedBy(call, ask, signed, at)
  let asked = await lookAt(known)
  let early = await onKept(asked)
  // Nobody is refused for what was so a moment ago.
  if (last && (early === 'unsure' || early === 'stale')) {
    asked = await lookAt(await gatherKnown(call.context))
    early = await onKept(asked)
  }
  if (typeof early !== 'string') return early
  if (!asked.ok) return asked
  const done: Done = { isKeySpent: early === 'moved', isProven: false }
  let hasMoved = early !== 'unsure'
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    if (hasMoved) asked = await lookAt(await gatherKnown(call.context))
    if (!asked.ok) return asked
    const issued = await onRead(asked, done)
    if (issued !== 'moved') return told(asked, issued)
    hasMoved = true
    Object.assign(done, { isKeySpent: true, isProven: true } satisfies Done)
  }
  throw new Error('What a token stands on kept changing.')
}

/** The parts that only those who are believed decide on. */
async function judgedBy(
  call: Call,
  ask: ExchangeAsk,
  signed: DpopReading,
  known: Known,
): Promise<Asked | ProofRefusal> {
  const proof = verifyKey(call, signed, known.now)
  if (!proof.ok) return proof
  const by = { issuer: call.context.issuer, now: known.now }
  const mandate = await verifyMandate(ask.mandate, known.keys, by)
  return { ok: true, call, known, ask, proof, mandate }
}

const told = (asked: Asked, issued: Issued | WireNo): WireResult<TokenAnswer> =>
  issued.ok ? granted(answerOf(asked, issued)) : issued

/** On what is known of the grant and the agent, where nothing has changed since it was read. */
async function onKept(
  asked: Asked | ProofRefusal,
): Promise<WireResult<TokenAnswer> | 'unsure' | 'stale' | 'moved'> {
  if (!asked.ok || !asked.mandate.ok) return 'unsure'
  const { call, known, ask, proof, mandate } = asked
  const facts = keptIssueFacts(mandate.claims.grant_id, known)
  const proven = facts && (await proveKept(call, known, ask.proof, proof.jkt))
  if (!proven) return 'unsure'
  const exchange = { call, known, ask, jkt: proof.jkt, proven, mandate: mandate.claims }
  const issued = await issueOnKept(exchange, facts, proof)
  return typeof issued === 'string' ? issued : told(asked, issued)
}

/** What does not depend on each other is asked of the database at once, and judged in its order. */
async function onRead(
  { call, known, ask, proof, mandate }: Asked,
  { isKeySpent, isProven }: Done,
): Promise<Issued | WireNo | 'moved'> {
  const { jkt } = proof
  const claims = mandate.ok ? mandate.claims : mandate.ranOut
  const [proven, facts] = await Promise.all([
    isProven
      ? identifyAgain(call, known, ask.proof)
      : proveAgent(call, known, ask.proof, isKeySpent ? { ok: true, jkt } : spendProofAhead(proof)),
    claims ? findIssueFacts(claims.grant_id) : null,
  ])
  if (!proven.ok) return claims && facts ? refuseUnproven(call, { proven, mandate: claims, facts }) : proven
  const exchange = { call, known, ask, jkt, proven }
  if (mandate.ok) return issueOnRead({ ...exchange, mandate: mandate.claims }, facts)
  return claims ? refuseRanOut({ ...exchange, mandate: claims }, facts, mandate) : mandate
}

function answerOf(
  { call, known }: Asked,
  { facts: { agent, grant, above, requester }, credential }: Issued,
): TokenAnswer {
  const claims = taskClaims({
    issuer: call.context.issuer,
    identity: agentIdentity(agent, grant.environment),
    act: actingAgents(agent, above, grant.environment),
    // The mandate's human: another one was refused.
    humanId: requester.id,
    grant,
    ...credential,
  })
  return {
    access_token: signAccessToken(claims, known.signing),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'DPoP',
    expires_in: claims.exp - claims.iat,
    scope: claims.scope,
    authorization_details: claims.authorization_details,
  }
}
