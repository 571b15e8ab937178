import type { DpopNonces } from '@/lib/credentials/dpop-nonce'
import { type KeySet, keySet, loadSigningKey, type SigningKey } from '@/lib/credentials/keys'
import {
  type AuthorityRows,
  findAuthorityRows,
  lastAuthorityRows,
  type TrustRows,
} from '@/lib/data/authority-callers'
import type { Revs } from '@/lib/data/kept-unmoved'
import type { Act } from '@/lib/domain/act'
import type { AgentId, PolicySetVersion } from '@/lib/domain/ids'
import type { OidcIssuer } from '@/lib/domain/oidc-issuer'
import type { Permit } from '@/lib/domain/outgoing-address'
import type { Secrets } from '@/lib/domain/secrets'
import type { readDpopProof } from '@/lib/identity/dpop'
import type { isSignedBy } from '@/lib/identity/public-jwk'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import type { TrustDomain } from '@/lib/identity/workload'

/** Who this authority is: the issuer to the letter, and the secret its keys are sealed under. */
export type AuthorityContext = {
  issuer: string
  secret: Secrets
  /** Nonces that DPoP proofs have to carry, when this authority asks for one (RFC 9449 §8). */
  nonces?: DpopNonces
  /** Which addresses besides public ones may be asked for an issuer's keys. None, unless it is said. */
  permit?: Permit
  /** Reads DPoP proofs, where another thread does it. */
  readProof?: typeof readDpopProof
  /** Verifies signatures, where another thread does it. */
  isSigned?: typeof isSignedBy
  /** Counts one call of an agent. The seconds to wait when it has called too often, else null. */
  agentWait?: (agentId: AgentId) => number | null
  /** Takes back one that was counted and was not the agent's. */
  uncount?: (agentId: AgentId) => void
}

/** The parts of an HTTP request that proofs are about. */
export type Call = {
  context: AuthorityContext
  method: string
  /** Below the issuer, without query. */
  path: string
  /** One string per DPoP header. */
  dpop: readonly string[]
  authorization: string | null
  /** What its sender calls this request, where it may be sent again. */
  idempotencyKey?: string | null
  address: string | null
  /** Names this request in the log and in the trail. */
  reference: string | null
}

/** What every call is judged with: the clock that decides, who is believed, our own keys. */
export type Known = {
  now: Date
  /** The policy set in force. */
  policyVersion: PolicySetVersion | null
  trustDomains: readonly TrustDomain[]
  issuers: readonly OidcIssuer[]
  signing: SigningKey
  keys: KeySet
  /** The versions of all that is decided on. What was read under them is so at this moment. */
} & Revs

/** Who acted, for the trail. */
export function actOfAgent({ address, reference }: Call, agentId?: AgentId): Act {
  const act: Act = { via: 'authority' }
  if (agentId) act.agentId = agentId
  if (address) act.address = address
  if (reference) act.reference = reference
  return act
}

type Trust = Omit<Known, 'now' | 'policyVersion' | keyof Revs>

// What is made from the rows is kept with them, and they are the same object only while they are the same rows:
// nothing here outlives a change of a trust domain or a key.
const made = new WeakMap<TrustRows, Trust>()

function trustDomainOf({ name, bundle }: TrustRows['trustDomains'][number]): TrustDomain[] {
  const reading = parseSpiffeBundle(bundle)
  return reading.ok ? [{ name, bundle: reading.bundle }] : []
}

const domains = new WeakMap<TrustRows, readonly TrustDomain[]>()

function domainsOf(rows: TrustRows): readonly TrustDomain[] {
  const known = domains.get(rows) ?? rows.trustDomains.flatMap(trustDomainOf)
  domains.set(rows, known)
  return known
}

/** Who is believed, for somebody who only looks. */
export async function gatherTrusted(): Promise<Pick<Known, 'now' | 'trustDomains' | 'issuers'>> {
  const { now, trust } = await findAuthorityRows()
  return { now, trustDomains: domainsOf(trust), issuers: trust.issuers }
}

function trustOf(rows: TrustRows, secret: Secrets): Trust {
  const active = rows.keys.find(({ state }) => state === 'active')
  if (!active) throw new Error('There is no active signing key.')
  return {
    trustDomains: domainsOf(rows),
    issuers: rows.issuers,
    signing: loadSigningKey(active, secret),
    keys: keySet(rows.keys),
  }
}

// Member by member, here and wherever each call makes one: to copy what is spread costs several times as much.
const withTrust = (
  { now, policyVersion, groundsRev, trustRev, credentialsRev }: AuthorityRows,
  { trustDomains, issuers, signing, keys }: Trust,
): Known => ({
  now,
  policyVersion,
  groundsRev,
  trustRev,
  credentialsRev,
  trustDomains,
  issuers,
  signing,
  keys,
})

/** Reads them in one question. Throws without an active key: then nothing can be issued. */
export async function gatherKnown({ secret }: AuthorityContext): Promise<Known> {
  const rows = await findAuthorityRows()
  const known = made.get(rows.trust) ?? trustOf(rows.trust, secret)
  made.set(rows.trust, known)
  return withTrust(rows, known)
}

/**
 * What was read for another call a moment ago, without a question. Only for whoever writes under its versions, and reads
 * again before anybody is refused for anything but a proof that was spent. Null when nothing was.
 */
export function lastKnown(): Known | null {
  const rows = lastAuthorityRows()
  const known = rows && made.get(rows.trust)
  return rows && known ? withTrust(rows, known) : null
}
