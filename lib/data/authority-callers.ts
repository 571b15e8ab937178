import { z } from 'zod'
import { PolicySetVersion, ResourceServerId, TenantId } from '@/lib/domain/ids'
import { OidcIssuer } from '@/lib/domain/oidc-issuer'
import { askTogether } from './ask-together'
import { pool } from './database'
import { inBatches, readInBatches } from './in-batches'
import { GROUNDS_REV, type GroundsRev, keptUnmoved, REVS, type Revs } from './kept-unmoved'
import { SigningKeyRow } from './signing-keys'
import { BELIEVED, BELIEVED_UNTIL } from './trust-refresh'

const TrustDomainRow = z.object({ name: z.string(), version: z.number(), bundle: z.unknown() })
const TrustRows = z.object({
  trustDomains: TrustDomainRow.array(),
  issuers: OidcIssuer.array(),
  keys: SigningKeyRow.array(),
})
/** Who is believed and our own keys. The same object for as long as the rows are the same. */
export type TrustRows = z.infer<typeof TrustRows>
export type AuthorityRows = {
  now: Date
  policyVersion: PolicySetVersion | null
  trust: TrustRows
} & Revs

const FactsRow = z.object({
  now: z.date(),
  ...{ groundsRev: z.string(), trustRev: z.string(), credentialsRev: z.string() },
  policyVersion: PolicySetVersion.nullable(),
  /** Null while those are believed whom it was read of. */
  trust: z.string().nullable(),
  believedUntil: z.date().nullable(),
})

// One question for what every call needs: the clock that decides, the policy set in force, who is believed, our own keys.
const FACTS = `select clock_timestamp() as now, head.*,
  (select version from policy_in_force where id = 1) as "policyVersion",
  case when head."trustRev" is distinct from $1 then ${BELIEVED_UNTIL} end as "believedUntil",
  case when head."trustRev" is distinct from $1 then json_build_object(
  'trustDomains', (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'bundle', bundle)
      order by name), '[]') from trust_domain where ${BELIEVED}),
  'issuers', (select coalesce(json_agg(json_build_object('id', id, 'tenantId', tenant_id, 'issuer', issuer, 'kind', kind,
      'jwks', jwks, 'environments', environments, 'rev', rev) order by issuer), '[]') from oidc_issuer),
  'keys', (select coalesce(json_agg(json_build_object('kid', kid, 'state', state, 'publicJwk', public_jwk,
      'privateSealed', sealed) order by state, created, kid), '[]') from signing_key
      where state <> 'ended'))::text end as trust
  from (${REVS}) as head`

type KeptTrust = { trustRev: GroundsRev; text: string; trust: TrustRows; believedUntil: Date | null }
let kept: KeptTrust | null = null

/** Read again when others are believed or somebody's time to be believed is over, parsed when it reads differently. */
async function readAuthorityRows(known: KeptTrust | null): Promise<AuthorityRows> {
  const { rows } = await askTogether(FACTS, [known?.trustRev ?? null])
  const { trust: text, believedUntil, ...at } = FactsRow.parse(rows[0])
  if (text === null && known && !(known.believedUntil && at.now >= known.believedUntil))
    return { ...at, trust: known.trust }
  if (text === null) return readAuthorityRows(null)
  const trust = kept?.text === text ? kept.trust : TrustRows.parse(JSON.parse(text))
  kept = { trustRev: at.trustRev, text, trust, believedUntil }
  return { ...at, trust }
}

type LastRead = { rows: AuthorityRows; believedUntil: Date | null; asked: number; heard: number }
let last: LastRead | null = null

const readRows = inBatches(async (calls: readonly null[]) => {
  const asked = performance.now()
  const value = await readAuthorityRows(kept)
  last = { rows: value, believedUntil: kept?.believedUntil ?? null, asked, heard: performance.now() }
  return calls.map(() => ({ status: 'fulfilled', value }))
})

/** What every call is judged with, read after it came. Calls in flight share one question. */
export const findAuthorityRows = (): Promise<AuthorityRows> => readRows(null)

/** The database's time, by what it said last and what has passed since. Null: nothing was asked yet. */
export const lastHeardTime = (): Date | null => last && timeAt(last, performance.now())

// The database's clock was read between both: what its answer took is never ahead.
const timeAt = ({ rows, heard }: LastRead, at: number) =>
  new Date(rows.now.getTime() + Math.floor(at - heard))

const LASTS_MS = 250

/**
 * The same as it was read a moment ago, with the time that has passed since on the database's clock: never ahead of it.
 * Others may be believed by now, so it is for whoever writes nothing unless the version is still the same, and refuses
 * nobody. Null when it was read too long ago, or somebody's time to be believed is over.
 */
export function lastAuthorityRows(): AuthorityRows | null {
  if (!last) return null
  const at = performance.now()
  const now = timeAt(last, at)
  const isOver = last.believedUntil !== null && now >= last.believedUntil
  // What the answer took counts as age.
  if (at - last.asked >= LASTS_MS || isOver) return null
  const { policyVersion, trust, groundsRev, trustRev, credentialsRev } = last.rows
  return { now, policyVersion, trust, groundsRev, trustRev, credentialsRev }
}

const ServerClientRow = z.object({
  id: ResourceServerId,
  tenantId: TenantId,
  name: z.string(),
  identifier: z.string(),
  clientJwk: z.unknown(),
  secretHash: z.string().nullable(),
  /** The secret before, and until when it serves. */
  oldSecretHash: z.string().nullable(),
  oldSecretEnds: z.date().nullable(),
})
export type ServerClient = z.infer<typeof ServerClientRow>

const SERVERS = `select ${GROUNDS_REV}, id, tenant_id as "tenantId", name, identifier, client_jwk as "clientJwk",
  secret_hash as "secretHash", old_secret_hash as "oldSecretHash", old_secret_ends as "oldSecretEnds"
  from resource_server where identifier = any($1::text[])`

const ServerFound = ServerClientRow.extend({ groundsRev: z.string() })
const keptServers = keptUnmoved<ServerClient>()

const readServers = readInBatches(async (identifiers: readonly string[]) => {
  const { rows } = await askTogether(SERVERS, [identifiers])
  const found = new Map<string, ServerClient>(
    ServerFound.array()
      .parse(rows)
      .map(({ groundsRev, ...server }) => [
        server.identifier,
        keptServers.keep(server.identifier, groundsRev, server),
      ]),
  )
  return (identifier: string): ServerClient | null => found.get(identifier) ?? null
})

/** A resource server that asks: its client_id is its identifier. Asked when it is not known under these grounds. */
export const findServerClient = async (
  identifier: string,
  groundsRev: GroundsRev,
): Promise<ServerClient | null> => keptServers.find(identifier, groundsRev) ?? readServers(identifier)

/** The same without a question: null where it is not known under these grounds. */
export const keptServerClient = (identifier: string, groundsRev: GroundsRev): ServerClient | null =>
  keptServers.find(identifier, groundsRev)

/** The authorization_details types of the resource servers, for discovery. */
export async function listServerTypes(): Promise<string[]> {
  const { rows } = await pool().query<{ type: string }>(
    'select distinct type from resource_server where removed is null order by type',
  )
  return rows.map(({ type }) => type)
}
