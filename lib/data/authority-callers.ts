import { z } from 'zod'
import { AgentId, ResourceServerId, TenantId } from '@/lib/domain/ids'
import { askTogether } from './ask-together'
import { pool } from './database'
import { inBatches, readInBatches } from './in-batches'
import { prepared } from './prepared'
import { SigningKeyRow } from './signing-keys'

const TrustDomainRow = z.object({ name: z.string(), version: z.number(), bundle: z.unknown() })
const TrustRows = z.object({ trustDomains: TrustDomainRow.array(), keys: SigningKeyRow.array() })
/** Who is believed and our own keys. The same object for as long as the rows are the same. */
export type TrustRows = z.infer<typeof TrustRows>
export type AuthorityRows = { now: Date; trust: TrustRows }

const FactsRow = z.object({ now: z.date(), trust: z.string() })

// One question for what every call needs: the clock that decides, who is believed, and our own keys.
const FACTS = `select clock_timestamp() as now, json_build_object(
  'trustDomains', (select coalesce(json_agg(json_build_object('name', name, 'version', version, 'bundle', bundle)
      order by name), '[]') from trust_domain),
  'keys', (select coalesce(json_agg(json_build_object('kid', kid, 'state', state, 'publicJwk', public_jwk,
      'privateSealed', sealed) order by state, created, kid), '[]') from signing_key))::text as trust`

let kept: { text: string; trust: TrustRows } | undefined

// Read each time and parsed when it reads differently: nothing made of it outlives a change.
function trustOf(text: string): TrustRows {
  if (kept?.text !== text) kept = { text, trust: TrustRows.parse(JSON.parse(text)) }
  return kept.trust
}

const readRows = inBatches(async (calls: readonly null[]) => {
  const { rows } = await askTogether(FACTS, [])
  const { now, trust } = FactsRow.parse(rows[0])
  return calls.map(() => ({ status: 'fulfilled', value: { now, trust: trustOf(trust) } }))
})

/** What every call is judged with, read after it came. Calls in flight share one question. */
export const findAuthorityRows = (): Promise<AuthorityRows> => readRows(null)

const KnownAgentRow = z.object({
  id: AgentId,
  tenantId: TenantId,
  slug: z.string(),
  suspended: z.date().nullable(),
})
export type KnownAgent = z.infer<typeof KnownAgentRow>
const IdentifiedRow = KnownAgentRow.extend({ trustDomain: z.string(), workload: z.string() })

// A trust domain speaks for agents of its own tenant only.
const AGENTS = `select i.trust_domain as "trustDomain", i.workload, a.id, a.tenant_id as "tenantId", a.slug, a.suspended
  from unnest($1::text[], $2::text[]) as asked(trust_domain, workload)
  join agent_identity i on i.trust_domain = asked.trust_domain and i.workload = asked.workload
  join agent a on a.id = i.agent_id
  join trust_domain d on d.name = i.trust_domain and d.tenant_id = a.tenant_id`

// A space is in no trust domain's name.
const identityKey = (trustDomain: string, workload: string) => `${trustDomain} ${workload}`

const readAgents = readInBatches(async (keys: readonly string[]) => {
  const asked = keys.map((key) => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)])
  const values = [asked.map(([domain]) => domain), asked.map(([, workload]) => workload)]
  const { rows } = await askTogether(AGENTS, values)
  const found = new Map(
    IdentifiedRow.array()
      .parse(rows)
      .map(({ trustDomain, workload, ...agent }) => [identityKey(trustDomain, workload), agent]),
  )
  return (key) => found.get(key) ?? null
})

/** The one agent with this workload identity, compared whole. */
export const findAgentByIdentity = (trustDomain: string, workload: string): Promise<KnownAgent | null> =>
  readAgents(identityKey(trustDomain, workload))

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
  const { rows } = await pool().query(prepared(SERVER, [identifier]))
  return ServerClientRow.nullable().parse(rows[0] ?? null)
}

/** The authorization_details types of the resource servers, for discovery. */
export async function listServerTypes(): Promise<string[]> {
  const { rows } = await pool().query<{ type: string }>(
    'select distinct type from resource_server order by type',
  )
  return rows.map(({ type }) => type)
}
