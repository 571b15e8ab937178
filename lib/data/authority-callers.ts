import { z } from 'zod'
import { PolicySetVersion, ResourceServerId, TenantId } from '@/lib/domain/ids'
import { OidcIssuer } from '@/lib/domain/oidc-issuer'
import { askTogether } from './ask-together'
import { pool } from './database'
import { inBatches, readInBatches } from './in-batches'
import { SigningKeyRow } from './signing-keys'
import { BELIEVED } from './trust-refresh'

const TrustDomainRow = z.object({ name: z.string(), version: z.number(), bundle: z.unknown() })
const TrustRows = z.object({
  trustDomains: TrustDomainRow.array(),
  issuers: OidcIssuer.array(),
  keys: SigningKeyRow.array(),
})
/** Who is believed and our own keys. The same object for as long as the rows are the same. */
export type TrustRows = z.infer<typeof TrustRows>
export type AuthorityRows = { now: Date; policyVersion: PolicySetVersion | null; trust: TrustRows }

const FactsRow = z.object({ now: z.date(), policyVersion: PolicySetVersion.nullable(), trust: z.string() })

// One question for what every call needs: the clock that decides, the policy set in force, who is believed, our own keys.
const FACTS = `select clock_timestamp() as now,
  (select version from policy_in_force where id = 1) as "policyVersion", json_build_object(
  'trustDomains', (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'bundle', bundle)
      order by name), '[]') from trust_domain where ${BELIEVED}),
  'issuers', (select coalesce(json_agg(json_build_object('id', id, 'tenantId', tenant_id, 'issuer', issuer, 'kind', kind,
      'jwks', jwks, 'environments', environments, 'rev', rev) order by issuer), '[]') from oidc_issuer),
  'keys', (select coalesce(json_agg(json_build_object('kid', kid, 'state', state, 'publicJwk', public_jwk,
      'privateSealed', sealed) order by state, created, kid), '[]') from signing_key
      where state <> 'ended'))::text as trust`

let kept: { text: string; trust: TrustRows } | undefined

// Read each time and parsed when it reads differently: nothing made of it outlives a change.
function trustOf(text: string): TrustRows {
  if (kept?.text !== text) kept = { text, trust: TrustRows.parse(JSON.parse(text)) }
  return kept.trust
}

const readRows = inBatches(async (calls: readonly null[]) => {
  const { rows } = await askTogether(FACTS, [])
  const { trust: text, ...at } = FactsRow.parse(rows[0])
  const value = { ...at, trust: trustOf(text) }
  return calls.map(() => ({ status: 'fulfilled', value }))
})

/** What every call is judged with, read after it came. Calls in flight share one question. */
export const findAuthorityRows = (): Promise<AuthorityRows> => readRows(null)

const ServerClientRow = z.object({
  id: ResourceServerId,
  tenantId: TenantId,
  name: z.string(),
  identifier: z.string(),
  clientJwk: z.unknown(),
  secretHash: z.string().nullable(),
  /** The secret before, while it still serves. */
  oldSecretHash: z.string().nullable(),
})
export type ServerClient = z.infer<typeof ServerClientRow>

const SERVERS = `select id, tenant_id as "tenantId", name, identifier, client_jwk as "clientJwk",
  secret_hash as "secretHash",
  case when old_secret_ends > clock_timestamp() then old_secret_hash end as "oldSecretHash"
  from resource_server where identifier = any($1::text[])`

/** A resource server that asks: its client_id is its identifier. Asks in flight share one question. */
export const findServerClient = readInBatches(async (identifiers: readonly string[]) => {
  const { rows } = await askTogether(SERVERS, [identifiers])
  const found = new Map<string, ServerClient>(
    ServerClientRow.array()
      .parse(rows)
      .map((server) => [server.identifier, server]),
  )
  return (identifier: string): ServerClient | null => found.get(identifier) ?? null
})

/** The authorization_details types of the resource servers, for discovery. */
export async function listServerTypes(): Promise<string[]> {
  const { rows } = await pool().query<{ type: string }>(
    'select distinct type from resource_server where removed is null order by type',
  )
  return rows.map(({ type }) => type)
}
