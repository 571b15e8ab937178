import { z } from 'zod'
import { ClaimCondition } from '@/lib/domain/claim-conditions'
import { AgentId, IdentityId, OidcIssuerId, TenantId } from '@/lib/domain/ids'
import { EnvironmentMap } from '@/lib/domain/oidc-issuer'
import { registrationsOf } from '@/lib/domain/spiffe-workload'
import { askTogether } from './ask-together'
import { readInBatches } from './in-batches'
import { GROUNDS_REV, type GroundsRev, keptUnmoved } from './kept-unmoved'
import { WorkloadRow } from './rows'

const KnownAgentRow = z.object({
  id: AgentId,
  tenantId: TenantId,
  slug: z.string(),
  suspended: z.date().nullable(),
  /** Moves with every change of its identities: what was proven before such a change is asked about again. */
  rev: z.number(),
  identityId: IdentityId,
})
/** An agent as it is registered, by one of its identities. */
export type KnownAgent = z.infer<typeof KnownAgentRow>

const AGENT = 'i.id as "identityId", a.id, a.tenant_id as "tenantId", a.slug, a.suspended, a.rev'
// A trust domain speaks for agents of its own tenant only.
const OF_TRUSTED = `join agent a on a.id = i.agent_id
  join trust_domain d on d.name = i.trust_domain and d.tenant_id = a.tenant_id`

const AgentWorkloadRow = KnownAgentRow.extend({
  ...WorkloadRow.shape,
  /** Its trust domain states the environment. */
  byDomain: z.boolean(),
  named: WorkloadRow.array(),
})
/** An agent by what its workload is registered as, itself or a prefix it stands below, and by what it is called. */
export type AgentWorkload = { agent: KnownAgent } & Pick<
  z.infer<typeof AgentWorkloadRow>,
  'workload' | 'environment' | 'byDomain' | 'named'
>

// Only below a prefix it is called by another workload than this one.
const CALLED = `(select coalesce(json_agg(json_build_object('trustDomain', f.trust_domain, 'workload', f.workload,
      'environment', f.environment) order by f.added, f.id), '[]') from agent_identity f
    where f.agent_id = i.agent_id and right(f.workload, 1) <> '/')`
const NAMED = `case when right(i.workload, 1) = '/' then ${CALLED} else '[]' end`
const WORKLOADS = `select i.trust_domain as "trustDomain", i.workload, i.environment,
  i.by_domain as "byDomain", ${NAMED} as named, ${GROUNDS_REV}, ${AGENT}
  from unnest($1::text[], $2::text[]) as asked(trust_domain, workload)
  join agent_identity i on i.trust_domain = asked.trust_domain and i.workload = asked.workload ${OF_TRUSTED}`

// A space is in no trust domain's name.
const workloadKey = (trustDomain: string, workload: string) => `${trustDomain} ${workload}`
const readKey = (key: string): readonly [trustDomain: string, workload: string] => [
  key.slice(0, key.indexOf(' ')),
  key.slice(key.indexOf(' ') + 1),
]

function registeredKeys(key: string): string[] {
  const [trustDomain, workload] = readKey(key)
  return registrationsOf(workload).map((registered) => workloadKey(trustDomain, registered))
}

const WorkloadFound = AgentWorkloadRow.extend({ groundsRev: z.string() })
const keptWorkloads = keptUnmoved<AgentWorkload>()

const readWorkloads = readInBatches(async (keys: readonly string[]) => {
  const asked = [...new Set(keys.flatMap(registeredKeys))].map(readKey)
  const values = [asked.map(([domain]) => domain), asked.map(([, workload]) => workload)]
  const { rows } = await askTogether(WORKLOADS, values)
  const found = new Map(
    WorkloadFound.array()
      .parse(rows)
      .map((row) => [workloadKey(row.trustDomain, row.workload), row]),
  )
  return (key) => {
    const registered = registeredKeys(key).flatMap((one) => found.get(one) ?? [])[0]
    if (!registered) return null
    const { groundsRev, trustDomain: _, workload, environment, byDomain, named, ...agent } = registered
    return keptWorkloads.keep(key, groundsRev, { agent, workload, environment, byDomain, named })
  }
})

/**
 * The one agent this workload stands for: registered as itself, or below a prefix. Each is a text that is looked up whole;
 * where several match they are of one agent, and the closest counts.
 */
export const findAgentByWorkload = (trustDomain: string, workload: string): Promise<AgentWorkload | null> =>
  readWorkloads(workloadKey(trustDomain, workload))

/** The same as it was read under these grounds. Null: it has to be read. */
export const keptAgentByWorkload = (
  trustDomain: string,
  workload: string,
  groundsRev: GroundsRev,
): AgentWorkload | null => keptWorkloads.find(workloadKey(trustDomain, workload), groundsRev)

const KeyRow = KnownAgentRow.extend({ jwk: z.unknown(), environment: z.string(), named: WorkloadRow.array() })
/** A key an agent is registered with. */
export type AgentKeyRow = z.infer<typeof KeyRow>

const KEYS = `select i.jwk, i.environment, ${CALLED} as named, ${AGENT} from agent_key i join agent a on a.id = i.agent_id
  where a.id = any($1::text[]) order by i.added, i.id`

const readKeys = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(KEYS, [ids])
  const keys = KeyRow.array().parse(rows)
  return (id) => keys.filter((key) => key.id === id)
})

/** The keys of one agent, by the name it has here. */
export const listAgentKeys = (id: string): Promise<AgentKeyRow[]> => readKeys(id)

// An issuer speaks for agents of its own tenant only.
const OF_ISSUER = `join agent a on a.id = i.agent_id
  join oidc_issuer o on o.id = i.issuer_id and o.tenant_id = a.tenant_id`

const SubjectRow = KnownAgentRow.extend({
  issuerId: OidcIssuerId,
  subject: z.string(),
  conditions: ClaimCondition.array(),
  environment: z.string().nullable(),
  /** What its issuer says of where workloads run, read with the version of the agent that moves when it changes. */
  environments: EnvironmentMap.nullable(),
  issuerEnvironment: z.string().nullable(),
})
/** An agent as an issuer calls it, with what its tokens have to say besides. */
export type AgentSubject = z.infer<typeof SubjectRow>

const SUBJECTS = `select i.issuer_id as "issuerId", i.subject, i.conditions, i.environment,
  o.environments, o.environment as "issuerEnvironment", ${AGENT}
  from unnest($1::text[], $2::text[]) as asked(issuer_id, subject)
  join agent_subject i on i.issuer_id = asked.issuer_id and i.subject = asked.subject ${OF_ISSUER}`

type Asked = readonly [issuerId: string, subject: string]
const readSubjects = readInBatches(async (keys: readonly string[]) => {
  const asked = keys.map((key): Asked => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)])
  const { rows } = await askTogether(SUBJECTS, [asked.map(([id]) => id), asked.map(([, name]) => name)])
  const found = new Map(
    SubjectRow.array()
      .parse(rows)
      .map((row) => [`${row.issuerId} ${row.subject}`, row]),
  )
  return (key) => found.get(key) ?? null
})

/** The one agent with this subject of this issuer, compared whole. */
export const findAgentBySubject = (issuerId: OidcIssuerId, subject: string): Promise<AgentSubject | null> =>
  readSubjects(`${issuerId} ${subject}`)

const IDENTITIES = `select ${AGENT} from agent_identity i ${OF_TRUSTED} where i.id = any($1::text[])
  union all select ${AGENT} from agent_key i join agent a on a.id = i.agent_id where i.id = any($1::text[])
  union all select ${AGENT} from agent_subject i ${OF_ISSUER} where i.id = any($1::text[])`

const readIdentities = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(IDENTITIES, [ids])
  const found = new Map(
    KnownAgentRow.array()
      .parse(rows)
      .map((agent) => [String(agent.identityId), agent]),
  )
  return (id) => found.get(id) ?? null
})

/** Whose identity this is now. Null as soon as it was taken away. */
export const findIdentified = (identityId: string): Promise<KnownAgent | null> => readIdentities(identityId)
