import type { KnownAgent } from '@/lib/data/known-agents'
import type { OidcIssuer } from '@/lib/domain/oidc-issuer'
import type { Permit } from '@/lib/domain/outgoing-address'
import type { Sayer } from '@/lib/domain/where-it-runs'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import {
  asClientRefusal,
  type ClientAssertionMethod,
  verifySpiffeClientAssertion,
} from '@/lib/identity/client-assertion'
import { countIssued, routingOf, verifyIssuedJwt } from '@/lib/identity/issued-jwt'
import { countSvids, verifyJwtSvid } from '@/lib/identity/workload'
import type { AuthorityContext, Known } from './authority'
import { agentOfIssued } from './issued-workloads'
import { keysOfIssuer } from './issuer-keys'
import { identifyByKey } from './key-workloads'
import { identifyBySpiffeId, identifyFound, keptAgent } from './spiffe-workloads'

const PUBLIC_ONLY: Permit = { inside: [], loopback: false }

/** A proof of who the agent is, as sent: a workload JWT beside the mandate, or the client's authentication. */
export type WorkloadProof = { as: 'actor' | ClientAssertionMethod; jwt: string }

export type Identified = {
  ok: true
  agent: KnownAgent
  /** What the proof calls the agent. */
  subject: string
  /** What the agent is called here: its SPIFFE ID, or the name it has whatever proves it. Never one below a prefix. */
  identity: string
  /** Which of the workloads below a prefix it is: its SPIFFE ID, for the trail. */
  workload?: string
  /** Where the agent runs, by what was verified and never by what it says of itself. */
  environment: string
  placedBy: Sayer
  /** How often the proof serves: once and no more, or for the first key that used it. */
  use: { as: 'once' | 'pinned'; key: string; until: Date }
}

/** How many workload JWTs this process was asked about, whoever issued them, and how many were verified a moment before. */
export function countWorkloadProofs(): { asked: number; kept: number } {
  const [svids, issued] = [countSvids(), countIssued()]
  return { asked: svids.asked + issued.asked, kept: svids.kept + issued.kept }
}

/** Whether a posted client_id is the agent's: what its proof calls it, or what it is called here. Compared whole. */
export const isClientId = (of: Pick<Identified, 'subject' | 'identity'>, clientId: string | null): boolean =>
  clientId === null || clientId === of.subject || clientId === of.identity

/** Who asks to be identified: which issuer it is asked of, and which addresses may be asked for keys. */
export type Asking = Pick<AuthorityContext, 'issuer' | 'permit' | 'isSigned'>
export type Trusted = Pick<Known, 'now' | 'trustDomains' | 'issuers'>

/**
 * The one registered agent a proof speaks for. Nothing is spent yet. A proof is read in one way only: by its type, by the
 * form of its subject, by its issuer, in this order. In each, texts are looked up whole, and belong to one agent.
 */
export async function identify(
  asking: Asking,
  known: Trusted,
  proof: WorkloadProof,
): Promise<Identified | ProofRefusal> {
  if (proof.as !== 'spiffe_jwt') {
    const by = issuerOf(known, proof.jwt)
    if (by) return identifyByIssuer(asking, known, proof, by)
  }
  if (proof.as === 'private_key_jwt') return identifyByKey(asking, known, proof.jwt)
  const { issuer, isSigned } = asking
  const question = { trustDomains: known.trustDomains, now: known.now, issuer, isSigned }
  const verify = proof.as === 'actor' ? verifyJwtSvid : verifySpiffeClientAssertion
  const workload = await verify(proof.jwt, question)
  if (workload.ok) return saidTo(proof, await identifyBySpiffeId(proof.jwt, workload))
  const isOfNobodyKnown = workload.reason === 'actor_malformed' && isIssuedElsewhere(proof.jwt, issuer)
  return isOfNobodyKnown ? refuseProof('actor_untrusted') : workload
}

// It says whose it is, and nobody configured that issuer: as a JWT-SVID it was never meant.
function isIssuedElsewhere(jwt: string, issuer: string): boolean {
  const routing = routingOf(jwt)
  return routing !== null && routing.issuer !== issuer
}

/** The agent behind a JWT-SVID beside a mandate, where it is known under these grounds. Null: it has to be identified. */
export async function identifyKept(
  { issuer, isSigned }: Asking,
  known: Known,
  { as, jwt }: WorkloadProof,
): Promise<Identified | null> {
  const found = as === 'actor' ? keptAgent(jwt, known.groundsRev) : null
  if (!found || issuerOf(known, jwt)) return null
  const { trustDomains, now } = known
  const workload = await verifyJwtSvid(jwt, { trustDomains, now, issuer, isSigned })
  const identified = workload.ok ? identifyFound(workload, found) : workload
  return identified.ok ? identified : null
}

type By = { by: OidcIssuer; kid: string | null }

/** Whose token a proof says it is, among the issuers that are believed. */
function issuerOf({ issuers }: Trusted, jwt: string): By | null {
  const routing = issuers.length > 0 ? routingOf(jwt) : null
  const by = routing && issuers.find(({ issuer }) => issuer === routing.issuer)
  return routing && by ? { by, kid: routing.kid } : null
}

/** A token of an issuer, beside a mandate or as a federated client assertion. It repeats, as its issuer hands it out. */
async function identifyByIssuer(
  { issuer, permit = PUBLIC_ONLY, isSigned }: Asking,
  { now }: Trusted,
  { as, jwt }: WorkloadProof,
  { by, kid }: By,
): Promise<Identified | ProofRefusal> {
  const answer = await keysOfIssuer(by, { kid, now, permit })
  const token = answer.ok
    ? await verifyIssuedJwt(jwt, { by, keys: answer.keys, issuer, now, isSigned })
    : refuseProof('actor_untrusted', `The keys of this issuer are not known. ${answer.problem}`)
  return saidTo({ as }, token.ok ? await agentOfIssued(by, token) : token)
}

/** Who authenticates as a client is refused as one (RFC 6749 §5.2), whatever was the matter. */
const saidTo = ({ as }: Pick<WorkloadProof, 'as'>, identified: Identified | ProofRefusal) =>
  identified.ok || as === 'actor' ? identified : asClientRefusal(identified)
