import { z } from 'zod'
import { ClaimCondition } from './claim-conditions'
import { identityLine, type KnownIdentity, keyWords, spiffeWords, subjectWords } from './identity-words'
import { AgentId, IdentityId } from './ids'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'
import { isWholePath } from './spiffe-workload'

const which = { agentId: AgentId, identityId: IdentityId }

/** A change of what an agent is known by already. */
export const IdentityEdit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('identity.conditions'), ...which, conditions: ClaimCondition.array() }),
  /** A key beside the one it is to follow, which stays until it is taken away. */
  z.object({
    ...{ kind: z.literal('identity.rotate'), ...which },
    ...{ jkt: z.string(), jwk: z.record(z.string(), z.json()) },
  }),
  z.object({
    ...{ kind: z.literal('identity.environment'), ...which },
    /** Null: what is verified says it, or the trust domain states it. */
    environment: z.string().nullable(),
    byDomain: z.boolean(),
  }),
])
export type IdentityEdit = z.infer<typeof IdentityEdit>

export const isIdentityEdit = (change: { kind: string }): change is IdentityEdit =>
  IdentityEdit.options.some(({ shape }) => shape.kind.value === change.kind)

type Facts = {
  agent: {
    slug: string
    rev: number
    environments: readonly string[]
    identities: readonly KnownIdentity[]
  } | null
  isTaken: boolean
  domain: { environment: string | null } | null
}
type Placing = Extract<IdentityEdit, { kind: 'identity.environment' }>

/** What the identity is called with another environment, or why it cannot have that one. */
function placed(change: Placing, identity: KnownIdentity, { agent, domain }: Facts): Result<string> {
  const { byDomain } = change
  const environment = byDomain ? (domain?.environment ?? null) : change.environment
  if (environment !== null && !agent?.environments.includes(environment))
    return refusal('environment_unknown')
  if (identity.kind === 'subject') {
    if (byDomain) return refusal('not_found')
    return { ok: true, value: identityLine(subjectWords({ ...identity.of, environment })) }
  }
  if (identity.kind === 'spiffe' && !isWholePath(identity.of.workload)) return refusal('environment_said')
  if (environment === null) return refusal('environment_unstated')
  if (identity.kind === 'spiffe')
    return { ok: true, value: identityLine(spiffeWords({ ...identity.of, environment, byDomain })) }
  return byDomain
    ? refusal('not_found')
    : { ok: true, value: identityLine({ what: identity.what, environment }) }
}

/** What the identity is afterwards, or why it cannot be changed so. */
function afterwards(change: IdentityEdit, identity: KnownIdentity, facts: Facts): Result<string> {
  if (change.kind === 'identity.environment') {
    const after = placed(change, identity, facts)
    return after.ok && after.value === identityLine(identity) ? refusal('nothing_to_change') : after
  }
  if (change.kind === 'identity.conditions') {
    if (identity.kind !== 'subject') return refusal('not_found')
    const value = identityLine(subjectWords({ ...identity.of, conditions: change.conditions }))
    return value === identityLine(identity) ? refusal('nothing_to_change') : { ok: true, value }
  }
  if (identity.kind !== 'key') return refusal('not_found')
  if (!facts.agent?.environments.includes(identity.environment)) return refusal('environment_unknown')
  const { environment } = identity
  const added = identityLine({ what: keyWords(change.jkt), environment })
  return { ok: true, value: `${identityLine(identity)}; ${added}` }
}

/** What an edit comes to, over the version of the agent that was read. */
export function editIdentity(change: IdentityEdit, facts: Facts): Result<Effect> {
  const { agent, isTaken } = facts
  const identity = agent?.identities.find(({ id }) => id === change.identityId)
  if (!agent || !identity) return refusal('not_found')
  if (isTaken) return refusal('identity_taken')
  const after = afterwards(change, identity, facts)
  if (!after.ok) return after
  const of = `Identities of ${agent.slug}`
  return {
    ok: true,
    value: { of, before: identityLine(identity), after: after.value, falls: [], rev: agent.rev },
  }
}
