import { verifyAgentToken } from '@/lib/credentials/access-token'
import { recordAgentRefusal } from '@/lib/data/agent-refusals'
import { findAgentTenants } from '@/lib/data/agent-state'
import { findIdentified, type KnownAgent } from '@/lib/data/known-agents'
import { isFirstUse, isFirstUseAhead } from '@/lib/data/once'
import { isKnownPin, isPinned, pinWorkload } from '@/lib/data/workload-pins'
import type { AgentRefusal } from '@/lib/domain/agent-refusal'
import { AgentId } from '@/lib/domain/ids'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import { type DpopReading, judgeDpopProof, readDpopProof, type VerifiedDpopProof } from '@/lib/identity/dpop'
import { actOfAgent, type Call, type Known } from './authority'
import { isDueInMinute } from './due-in-minute'
import { type Identified, identify, identifyKept, type WorkloadProof } from './workloads'

export type ProvenKey = { ok: true; jkt: string }

/** The key behind a call: its DPoP proof, fresh and used for the first time on any replica (RFC 9449 §11.1). */
export async function proveKey(
  call: Call,
  now: Date,
  accessToken?: { value: string; jkt: string },
): Promise<ProvenKey | ProofRefusal> {
  const proof = verifyKey(call, await readKey(call), now, accessToken)
  if (!proof.ok) return proof
  const key = await spendProof(proof)
  return key.ok || !accessToken ? key : { ...key, status: 401 }
}

/** The proof as it is signed, before anything is known that it could be judged by. */
export const readKey = ({ context, dpop }: Call): Promise<DpopReading> =>
  (context.readProof ?? readDpopProof)(dpop)

/** The proof judged, not yet spent. */
export function verifyKey(
  { context, method, path }: Call,
  proof: DpopReading,
  now: Date,
  accessToken?: { value: string; jkt: string },
): VerifiedDpopProof | ProofRefusal {
  const url = `${context.issuer}${path}`
  return judgeDpopProof(proof, {
    ...{ method, url, now },
    ...(accessToken ? { accessToken } : {}),
    ...(context.nonces ? { nonces: context.nonces.accepted(now) } : {}),
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

export type ProvenAgent = Omit<Identified, 'use'>

/**
 * The agent behind a proof: verified, registered, and either presented for the first time or pinned to the first key that
 * used it. Giving things back takes a fresh proof without a key too (null), as clients of RFC 7009 send it: nothing is
 * pinned then. One that belongs to a key is nothing without that key, here as anywhere. A key still being spent is waited
 * for and judged first; meanwhile the agent is looked up.
 */
export async function proveAgent(
  call: Call,
  known: Known,
  proof: WorkloadProof,
  spending: ProvenKey | Promise<ProvenKey | ProofRefusal> | null,
): Promise<ProvenAgent | WireNo> {
  const [key, identified] = await Promise.all([spending, identify(call.context, known, proof)])
  if (key && !key.ok) return key
  if (!identified.ok) return refuseIdentified(call, identified)
  const { use, ...proven } = identified
  const { agent } = proven
  const refused = await spend(use, key)
  // Somebody has what this agent proves itself with, and not its key: a sign of theft, which the trail shows.
  if (refused) return refuseIdentified(call, { ...refused, trace: { agent, reason: refused.reason } })
  return overItsRate(call, agent) ?? proven
}

/** The agent behind a proof that was proven before in this very call. Who it is now is asked anew. */
export async function identifyAgain(
  call: Call,
  known: Known,
  proof: WorkloadProof,
): Promise<Identified | ProofRefusal> {
  const identified = await identify(call.context, known, proof)
  return identified.ok ? identified : refuseIdentified(call, identified)
}

/** Written down where it is known whose proof it is: once a minute, since nobody's calls are counted before they are proven. */
async function refuseIdentified(call: Call, refusal: ProofRefusal): Promise<ProofRefusal> {
  const { trace } = refusal
  if (trace && isDueInMinute(`${trace.agent.id} ${trace.reason}`)) await turnAway(call, trace)
  return refusal
}

/**
 * The same where the agent is known already and the proof is pinned to this key, for a call that spends the proof of its
 * key in its own transaction. Nothing is spent and nothing counted here. Null: it has to be proven.
 */
export async function proveKept(
  call: Call,
  known: Known,
  proof: WorkloadProof,
  jkt: string,
): Promise<ProvenAgent | null> {
  const identified = await identifyKept(call.context, known, proof)
  if (!identified) return null
  const { use } = identified
  return use.as === 'pinned' && isKnownPin(use.key, jkt) ? identified : null
}

async function spend(use: Identified['use'], key: ProvenKey | null): Promise<ProofRefusal | null> {
  if (use.as === 'once')
    return (await isFirstUse(use.key, use.until)) ? null : refuseProof('assertion_replayed')
  if (!key) return (await isPinned(use.key)) ? refuseProof('actor_key_missing') : null
  return (await pinWorkload(use.key, key.jkt, use.until)) ? null : refuseProof('actor_key_mismatch')
}

/** Counts a call of an agent. Only when all is proven: else anybody could use up the calls of one not theirs. */
export function overItsRate({ context }: Call, agent: KnownAgent): WireNo | null {
  const wait = context.agentWait?.(agent.id) ?? null
  return wait === null ? null : { ...refuseProof('rate_limited'), retryAfterSeconds: wait }
}

const DPOP_SCHEME = /^DPoP +(\S+)$/i

/**
 * The agent that calls one of our own endpoints with its own token (RFC 9449 §7.1): a token for us and nobody
 * else, the key it is bound to, and an agent that is registered and not suspended.
 */
export async function proveOwnToken(
  call: Call,
  known: Known,
): Promise<{ ok: true; agent: KnownAgent; environment: string | null } | WireNo> {
  const token = DPOP_SCHEME.exec(call.authorization ?? '')?.[1]
  if (!token) return refuseProof('token_missing')
  const { issuer } = call.context
  const verified = await verifyAgentToken(token, known.keys, { issuer, now: known.now })
  if (!verified.ok) return verified
  const { cnf, identity_id, agent_id, environment = null } = verified.claims
  const key = await proveKey(call, known.now, { value: token, jkt: cnf.jkt })
  if (!key.ok) {
    const agent = key.reason === 'dpop_key_mismatch' ? await findIdentified(identity_id) : null
    return agent ? refuseIdentified(call, { ...key, trace: { agent, reason: key.reason } }) : key
  }
  // The identity it was given for may have been taken away since.
  const agent = await findIdentified(identity_id)
  if (!agent) return identityGone(call, agent_id)
  const late = overItsRate(call, agent)
  if (late) return late
  if (!agent.suspended) return { ok: true, agent, environment }
  return { ...(await turnAway(call, { agent, reason: 'actor_suspended' })), status: 403 }
}

async function identityGone(call: Call, agentId?: string): Promise<WireNo> {
  const ids = AgentId.array().parse(agentId ? [agentId] : [])
  for (const agent of await findAgentTenants(ids)) await turnAway(call, { agent, reason: 'actor_unknown' })
  return { ...refuseProof('actor_unknown'), error: 'invalid_token', status: 401 }
}

/** Refuses an agent that has proven who it is, and writes it down. */
export async function turnAway(call: Call, refusal: AgentRefusal): Promise<ProofRefusal> {
  await recordAgentRefusal({ act: actOfAgent(call, refusal.agent.id), ...refusal })
  return refuseProof(refusal.reason)
}
