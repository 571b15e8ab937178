import { z } from 'zod'
import { AgentId, ResourceServerId, TenantId } from '@/lib/domain/ids'
import { pool } from './database'
import { SigningKeyRow } from './signing-keys'

const TrustDomainRow = z.object({ name: z.string(), version: z.number(), bundle: z.unknown() })
const FactsRow = z.object({
  now: z.date(),
  trustDomains: TrustDomainRow.array(),
  keys: SigningKeyRow.array(),
})
export type AuthorityRows = z.infer<typeof FactsRow>

// One question for what every call needs: the clock that decides, who is believed, and our own keys.
const FACTS = `select clock_timestamp() as now,
  (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'bundle', bundle)), '[]')
    from trust_domain) as "trustDomains",
  (select coalesce(json_agg(json_build_object('kid', kid, 'state', state, 'publicJwk', public_jwk,
      'privateSealed', sealed) order by state, created, kid), '[]') from signing_key) as keys`

export async function findAuthorityRows(): Promise<AuthorityRows> {
  const { rows } = await pool().query(FACTS)
  return FactsRow.parse(rows[0])
}

const KnownAgentRow = z.object({
  id: AgentId,
  tenantId: TenantId,
  slug: z.string(),
  suspended: z.date().nullable(),
})
export type KnownAgent = z.infer<typeof KnownAgentRow>

// A trust domain speaks for agents of its own tenant only.
const AGENT = `select a.id, a.tenant_id as "tenantId", a.slug, a.suspended
  from agent_identity i join agent a on a.id = i.agent_id
  join trust_domain d on d.name = i.trust_domain and d.tenant_id = a.tenant_id
  where i.trust_domain = $1 and i.workload = $2`

/** The one agent with this workload identity, compared whole. */
export async function findAgentByIdentity(trustDomain: string, workload: string): Promise<KnownAgent | null> {
  const { rows } = await pool().query(AGENT, [trustDomain, workload])
  return KnownAgentRow.nullable().parse(rows[0] ?? null)
}

const ServerClientRow = z.object({
  id: ResourceServerId,
  tenantId: TenantId,
  identifier: z.string(),
  clientJwk: z.unknown(),
})
export type ServerClient = z.infer<typeof ServerClientRow>

const SERVER = `select id, tenant_id as "tenantId", identifier, client_jwk as "clientJwk"
  from resource_server where identifier = $1`

/** A resource server as a client of introspection: its client_id is its identifier. */
export async function findServerClient(identifier: string): Promise<ServerClient | null> {
  const { rows } = await pool().query(SERVER, [identifier])
  return ServerClientRow.nullable().parse(rows[0] ?? null)
}

/** The authorization_details types of the resource servers, for discovery. */
export async function listServerTypes(): Promise<string[]> {
  const { rows } = await pool().query<{ type: string }>(
    'select distinct type from resource_server order by type',
  )
  return rows.map(({ type }) => type)
}
