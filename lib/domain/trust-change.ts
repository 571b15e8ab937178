import { z } from 'zod'
import { ClaimCondition } from './claim-conditions'
import { editIdentity, IdentityEdit, isIdentityEdit } from './identity-edit'
import {
  type IdentityWords,
  identityLine,
  type KnownIdentity,
  keyWords,
  spiffeWords,
  subjectWords,
} from './identity-words'
import { AgentId, OidcIssuerId } from './ids'
import { EnvironmentMap, IssuerKind } from './oidc-issuer'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'
import { bundleWords, isOlder } from './trust-bundle'
import { type DomainState, domainPlaceWords, type IssuerState, issuerWords } from './trust-state'

const JsonObject = z.record(z.string(), z.json())

/** A change of who is believed, and of what an agent is known by. Each is a proposal that a second administrator activates. */
export const TrustChange = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('identity.key'), agentId: AgentId, jkt: z.string(), jwk: JsonObject },
    environment: z.string(),
  }),
  z.object({
    ...{ kind: z.literal('identity.spiffe'), agentId: AgentId },
    ...{ trustDomain: z.string(), workload: z.string() },
    /** Where it runs, of a workload whose path does not say it. */
    environment: z.string().nullable().default(null),
    /** Instead of that: wherever its trust domain states. */
    byDomain: z.boolean().default(false),
  }),
  z.object({
    ...{ kind: z.literal('identity.subject'), agentId: AgentId, issuerId: OidcIssuerId },
    ...{ subject: z.string(), conditions: ClaimCondition.array(), environment: z.string().nullable() },
  }),
  ...IdentityEdit.options,
  z.object({
    ...{ kind: z.literal('issuer.put'), issuer: z.string(), issuerKind: IssuerKind },
    ...{ jwks: JsonObject.nullable(), environments: EnvironmentMap.nullable() },
    /** Of its workloads, where neither a claim nor their own registration says it. */
    environment: z.string().nullable().default(null),
  }),
  z.object({
    ...{ kind: z.literal('domain.put'), name: z.string(), bundle: JsonObject },
    /** Where later bundles are fetched from. */
    url: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal('domain.environment'), name: z.string(), environment: z.string().nullable() }),
])
export type TrustChange = z.infer<typeof TrustChange>
/** One more identity of an agent. */
export type IdentityAdded = Extract<
  TrustChange,
  { kind: 'identity.key' | 'identity.spiffe' | 'identity.subject' }
>

const KINDS: ReadonlySet<string> = new Set(TrustChange.options.map(({ shape }) => shape.kind.value))
export const isTrustChange = (change: { kind: string }): change is TrustChange => KINDS.has(change.kind)

/** What is true of its subject now. Of another tenant's there is nothing but that it is taken. */
export type TrustFacts = {
  agent: {
    slug: string
    rev: number
    environments: readonly string[]
    identities: readonly KnownIdentity[]
  } | null
  issuer: IssuerState | null
  domain: DomainState | null
  isTaken: boolean
  /** A workload of another agent would be this one's too. */
  isOverlapping: boolean
}

const effect = (of: string, before: string, after: string, rev: number): Result<Effect> => ({
  ok: true,
  value: { of, before, after, falls: [], rev },
})

function addIdentity(
  change: IdentityAdded,
  { agent, issuer, domain, isTaken, isOverlapping }: TrustFacts,
): Result<Effect> {
  if (!agent) return refusal('not_found')
  if (change.kind === 'identity.subject' && !issuer) return refusal('not_found')
  if (change.kind === 'identity.spiffe' && !domain) return refusal('not_found')
  if (isTaken) return refusal('identity_taken')
  if (isOverlapping) return refusal('identity_overlaps')
  const environment = placeOfAdded(change, domain)
  if (isByDomain(change) && environment === null) return refusal('environment_unstated')
  if (environment !== null && !agent.environments.includes(environment)) return refusal('environment_unknown')
  const before = agent.identities.map(identityLine)
  const after = [...before, identityLine(addedWords({ ...change, environment }, issuer))]
  return effect(`Identities of ${agent.slug}`, before.join('; ') || 'none', after.join('; '), agent.rev)
}

const isByDomain = (change: IdentityAdded) => change.kind === 'identity.spiffe' && change.byDomain

const placeOfAdded = (change: IdentityAdded, domain: DomainState | null): string | null =>
  isByDomain(change) ? (domain?.environment ?? null) : change.environment

type Added<T = IdentityAdded> = T extends IdentityAdded
  ? Omit<T, 'environment'> & { environment: string | null }
  : never

function addedWords(change: Added, issuer: IssuerState | null): IdentityWords {
  if (change.kind === 'identity.key')
    return { what: keyWords(change.jkt), environment: change.environment ?? 'nowhere' }
  if (change.kind === 'identity.spiffe') return spiffeWords(change)
  const issuerEnvironment = issuer?.environment ?? null
  return subjectWords({ ...change, issuer: issuer?.issuer ?? '', issuerEnvironment })
}

type Stating = Extract<TrustChange, { kind: 'domain.environment' }>

function stateEnvironment({ name, environment }: Stating, domain: DomainState | null): Result<Effect> {
  if (!domain) return refusal('not_found')
  if (domain.environment === environment) return refusal('nothing_to_change')
  const before = domainPlaceWords(domain.environment)
  return effect(`Trust domain ${name}`, before, domainPlaceWords(environment), domain.version)
}

/** What a change of trust comes to, or why it cannot be made. */
export function trustEffect(change: TrustChange, facts: TrustFacts): Result<Effect> {
  if (isIdentityEdit(change)) return editIdentity(change, facts)
  if ('agentId' in change) return addIdentity(change, facts)
  if (change.kind === 'domain.environment') return stateEnvironment(change, facts.domain)
  if (facts.isTaken) return refusal('identity_taken')
  if (change.kind === 'domain.put') {
    if (isOlder(change.bundle, facts.domain?.bundle)) return refusal('bundle_older')
    const before = facts.domain ? bundleWords(facts.domain) : 'none'
    const after = bundleWords(change)
    return effect(`Trust domain ${change.name}`, before, after, facts.domain?.version ?? 0)
  }
  const { issuer } = facts
  // Which claim names the workload goes with the kind: with another one, every subject would mean another thing.
  if (issuer && issuer.kind !== change.issuerKind) return refusal('issuer_kind')
  const before = issuer ? issuerWords(issuer) : 'none'
  const after = issuerWords({ ...change, kind: change.issuerKind })
  return effect(`Issuer ${change.issuer}`, before, after, issuer?.rev ?? 0)
}
