import { type KeySet, keySet, loadSigningKey, type SigningKey } from '@/lib/credentials/keys'
import { type AuthorityRows, findAuthorityRows } from '@/lib/data/authority-callers'
import type { Act } from '@/lib/domain/act'
import type { AgentId } from '@/lib/domain/ids'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import type { TrustDomain } from '@/lib/identity/workload'

/** Who this authority is: the issuer to the letter, and the secret its keys are sealed under. */
export type AuthorityContext = { issuer: string; secret: string }

/** The parts of an HTTP request that proofs are about. */
export type Call = {
  context: AuthorityContext
  method: string
  /** Below the issuer, without query. */
  path: string
  /** One string per DPoP header. */
  dpop: readonly string[]
  authorization: string | null
  address: string | null
  /** Names this request in the log and in the trail. */
  reference: string | null
}

/** What every call is judged with: the clock that decides, who is believed, our own keys. */
export type Known = {
  now: Date
  trustDomains: readonly TrustDomain[]
  signing: SigningKey
  keys: KeySet
}

/** Who acted, for the trail. */
export const actOfAgent = ({ address, reference }: Call, agentId?: AgentId): Act => ({
  via: 'authority',
  ...(agentId ? { agentId } : {}),
  ...(address ? { address } : {}),
  ...(reference ? { reference } : {}),
})

// What is made from a row is kept as long as the row is the same: nothing here outlives a change of it.
const bundles = new Map<string, { row: string; domain: TrustDomain | null }>()
const signers = new Map<string, SigningKey>()
let publics: { kids: string; keys: KeySet } | undefined

function trustDomainOf(row: AuthorityRows['trustDomains'][number]): TrustDomain | null {
  const text = JSON.stringify(row)
  const kept = bundles.get(row.name)
  if (kept?.row === text) return kept.domain
  const reading = parseSpiffeBundle(row.bundle)
  const domain = reading.ok ? { name: row.name, bundle: reading.bundle } : null
  bundles.set(row.name, { row: text, domain })
  return domain
}

function signerOf(row: AuthorityRows['keys'][number], secret: string): SigningKey {
  const kept = signers.get(row.privateSealed)
  if (kept) return kept
  const signer = loadSigningKey(row, secret)
  signers.set(row.privateSealed, signer)
  return signer
}

function keysOf(rows: AuthorityRows['keys']): KeySet {
  const kids = rows.map(({ kid }) => kid).join(' ')
  if (publics?.kids !== kids) publics = { kids, keys: keySet(rows) }
  return publics.keys
}

/** Reads them in one question. Throws without an active key: then nothing can be issued. */
export async function gatherKnown({ secret }: AuthorityContext): Promise<Known> {
  const { now, trustDomains, keys } = await findAuthorityRows()
  const active = keys.find(({ state }) => state === 'active')
  if (!active) throw new Error('There is no active signing key.')
  return {
    now,
    trustDomains: trustDomains.flatMap((row) => trustDomainOf(row) ?? []),
    signing: signerOf(active, secret),
    keys: keysOf(keys),
  }
}
