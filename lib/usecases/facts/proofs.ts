import { verifyAgentToken } from '@/lib/credentials/access-token'
import { findAgentByIdentity, type KnownAgent } from '@/lib/data/authority-callers'
import { isFirstUse, isFirstUseAhead } from '@/lib/data/once'
import { isPinned, pinWorkload } from '@/lib/data/workload-pins'
import { SKEW_SECONDS } from '@/lib/domain/jwt-time'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import { verifySpiffeClientAssertion } from '@/lib/identity/client-assertion'
import { type VerifiedDpopProof, verifyDpopProof } from '@/lib/identity/dpop'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import { verifyJwtSvid } from '@/lib/identity/workload'
import type { Call, Known } from './authority'

export type ProvenKey = { ok: true; jkt: string }

/** The key behind a call: its DPoP proof, fresh and used for the first time on any replica (RFC 9449 §11.1). */
export async function proveKey(
  call: Call,
  now: Date,
  accessToken?: { value: string; jkt: string },
): Promise<ProvenKey | ProofRefusal> {
  const proof = await verifyKey(call, now, accessToken)
  if (!proof.ok) return proof
  const key = await spendProof(proof)
  return key.ok || !accessToken ? key : { ...key, status: 401 }
}

/** The proof alone, not yet spent. */
export function verifyKey(
  { context, method, path, dpop }: Call,
  now: Date,
  accessToken?: { value: string; jkt: string },
): Promise<VerifiedDpopProof | ProofRefusal> {
  const url = `${context.issuer}${path}`
  return verifyDpopProof({
    ...{ headers: dpop, method, url, now },
    ...(accessToken ? { accessToken } : {}),
  })
}

async function spendWith(
  isFirst: typeof isFirstUse,
  { jkt, replayKey, replayUntil }: VerifiedDpopProof,
): Promise<ProvenKey | ProofRefusal> {
  return (await isFirst(replayKey, replayUntil)) ? { ok: true, jkt } : refuseProof('dpop_replayed')
}

const spendProof = (proof: VerifiedDpopProof) => spendWith(isFirstUse, proof)

/** Spends a proof of a call whose answer waits for a commit that comes after. */
export const spendProofAhead = (proof: VerifiedDpopProof) => spendWith(isFirstUseAhead, proof)

/** A workload JWT as sent: beside the mandate, or as the client's authentication. */
export type WorkloadProof = { as: 'actor' | 'client'; jwt: string }

export type ProvenAgent = {
  ok: true
  agent: KnownAgent
  spiffeId: string
  /** Where its trust domain says it runs. */
  environment: string
}

/**
 * The agent behind a workload JWT: verified, pinned to the first key that used it, and registered. Giving things
 * back takes a fresh JWT without a key too (null), as clients of RFC 7009 send it: nothing is pinned then. One that
 * belongs to a key is nothing without that key, here as anywhere. A key still being spent is waited for and judged
 * first; meanwhile the agent is looked up.
 */
export async function proveAgent(
  call: Call,
  known: Known,
  proof: WorkloadProof,
  spending: ProvenKey | Promise<ProvenKey | ProofRefusal> | null,
): Promise<ProvenAgent | WireNo> {
  const [key, { workload, agent }] = await Promise.all([spending, lookUp(call, known, proof)])
  if (key && !key.ok) return key
  if (!workload.ok) return workload
  if (!key && (await isPinned(workload.signingInputHash))) return refuseProof('actor_key_missing')
  if (key) {
    const until = new Date(workload.expiresAt.getTime() + 2 * SKEW_SECONDS * 1000)
    const isFirstKey = await pinWorkload(workload.signingInputHash, key.jkt, until)
    if (!isFirstKey) return refuseProof('actor_key_mismatch')
  }
  return atItsRate(call, agent)
}

async function lookUp(call: Call, { trustDomains, now }: Known, proof: WorkloadProof) {
  const question = { trustDomains, now, issuer: call.context.issuer }
  const verify = proof.as === 'actor' ? verifyJwtSvid : verifySpiffeClientAssertion
  const workload = await verify(proof.jwt, question)
  return { workload, agent: workload.ok ? await agentOf(workload.spiffeId) : workload }
}

/** Counts a call of an agent. Only when all is proven: else anybody could use up the calls of one not theirs. */
function atItsRate({ context }: Call, proven: ProvenAgent | ProofRefusal): ProvenAgent | WireNo {
  const wait = proven.ok ? (context.agentWait?.(proven.agent.id) ?? null) : null
  return wait === null ? proven : { ...refuseProof('rate_limited'), retryAfterSeconds: wait }
}

/** The one registered agent of a SPIFFE ID `spiffe://<trust domain>/env/<environment>/<workload>`. */
async function agentOf(spiffeId: string): Promise<ProvenAgent | ProofRefusal> {
  const identity = parseSpiffeId(spiffeId)
  if (!identity || identity.environment === null) return refuseProof('actor_unknown')
  const { trustDomain, environment, path } = identity
  const agent = await findAgentByIdentity(trustDomain, path.slice(`/env/${environment}/`.length))
  return agent ? { ok: true, agent, spiffeId, environment } : refuseProof('actor_unknown')
}

const DPOP_SCHEME = /^DPoP +(\S+)$/i

/**
 * The agent that calls one of our own endpoints with its own token (RFC 9449 §7.1): a token for us and nobody
 * else, the key it is bound to, and an agent that is registered and not suspended.
 */
export async function proveOwnToken(call: Call, known: Known): Promise<ProvenAgent | WireNo> {
  const token = DPOP_SCHEME.exec(call.authorization ?? '')?.[1]
  if (!token) return refuseProof('token_missing')
  const { issuer } = call.context
  const verified = await verifyAgentToken(token, known.keys, { issuer, now: known.now })
  if (!verified.ok) return verified
  const { cnf, sub } = verified.claims
  const key = await proveKey(call, known.now, { value: token, jkt: cnf.jkt })
  if (!key.ok) return key
  const proven = atItsRate(call, await agentOf(sub))
  if (proven.ok && proven.agent.suspended) return { ...refuseProof('actor_suspended'), status: 403 }
  return proven
}
