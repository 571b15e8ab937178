import { z } from 'zod'
import { CLEAN_LINE, visibleParts } from './clean-text'
import { counted } from './counted'
import { AgentId, PersonId } from './ids'
import { lookAlikeOf } from './look-alike'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'

export const AgentName = z
  .string()
  .trim()
  .regex(
    /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
    'Use 2 to 40 lower-case letters, digits and dashes, as in refund-triage.',
  )
export const Purpose = CLEAN_LINE.min(1, 'Say what it is for.')
  .max(300, 'Keep the purpose under 300 characters.')
  .refine((text) => visibleParts(text).every(({ kind }) => kind === 'text'), 'Use visible characters only.')
export const Owners = PersonId.array()
  .min(1, 'Choose at least one owner.')
  .max(20, 'Choose at most 20 owners.')
export const Environment = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'Use lower-case letters, digits and dashes, as in staging.')
export const Environments = Environment.array()
  .min(1, 'Name at least one environment.')
  .max(20, 'Name at most 20 environments.')

const described = { purpose: Purpose, owners: Owners, environments: Environments }

/** An agent is registered or described anew. Each is a proposal that a second administrator activates. */
export const AgentRegistration = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent.add'), agentId: AgentId, slug: AgentName, ...described }),
  z.object({ kind: z.literal('agent.set'), agentId: AgentId, ...described }),
])
export type AgentRegistration = z.infer<typeof AgentRegistration>

export const isAgentRegistration = (change: { kind: string }): change is AgentRegistration =>
  change.kind === 'agent.add' || change.kind === 'agent.set'

type Described = { purpose: string; owners: readonly PersonId[]; environments: readonly string[] }
export type RegisteredAgent = Described & { slug: string; rev: number }

export type RegistrationFacts = {
  agent: RegisteredAgent | null
  /** Everybody of the tenant, and whoever owns the agent now. */
  people: readonly { id: PersonId; name: string; isActive: boolean }[]
  /** The names of the tenant’s agents. */
  slugs: readonly string[]
}

const sorted = (words: readonly string[]) => [...words].sort()
const isSame = (a: readonly string[], b: readonly string[]) => sorted(a).join() === sorted(b).join()

function agentWords({ purpose, owners, environments }: Described, { people }: RegistrationFacts): string {
  const names = owners.map((id) => people.find((person) => person.id === id)?.name ?? id)
  return `Owners ${sorted(names).join(', ') || 'none'}; environments ${sorted(environments).join(', ')}; purpose: ${purpose}`
}

/** A name that another is taken for is how an agent would borrow the other’s trust. */
export const alikeWords = (slug: string): string =>
  `${slug} is registered, and this name looks like it. Choose one that nobody takes for another agent’s.`

/** What the registration of an agent comes to, or why it cannot be made. */
export function registrationEffect(change: AgentRegistration, facts: RegistrationFacts): Result<Effect> {
  const { agent, people, slugs } = facts
  const added = change.kind === 'agent.add' ? change.slug : null
  const alike = added === null ? null : lookAlikeOf(added, slugs)
  if (alike) return refusal('agent_looks_alike', { says: alikeWords(alike) })
  if (added === null && !agent) return refusal('not_found')
  const active = people.flatMap(({ id, isActive }) => (isActive ? [id] : []))
  if (!change.owners.every((id) => active.includes(id))) return refusal('owner_unknown')
  const unchanged =
    agent !== null &&
    agent.purpose === change.purpose &&
    isSame(agent.owners, change.owners) &&
    isSame(agent.environments, change.environments)
  if (unchanged) return refusal('nothing_to_change')
  const before = agent ? agentWords(agent, facts) : 'none'
  const of = `Agent ${added ?? agent?.slug}`
  return {
    ok: true,
    value: { of, before, after: agentWords(change, facts), falls: [], rev: agent?.rev ?? 0 },
  }
}

/** Whoever owns an agent signs none of its requests. Who ceases to own it may: they never activate that. */
export const ownersFreed = (
  change: { kind: string; owners?: readonly PersonId[] },
  agent: Pick<RegisteredAgent, 'owners'> | null,
): PersonId[] =>
  change.kind === 'agent.set' ? (agent?.owners.filter((id) => !change.owners?.includes(id)) ?? []) : []

/** What an agent has open in environments that it loses. */
export const lostWords = (
  lost: readonly string[],
  { requests, grants }: { requests: number; grants: number },
): string =>
  `${counted(requests, 'waiting request')} and ${counted(grants, 'live grant')} are for ${lost.join(', ')}. Policy is asked with the new list whenever one is decided or a token is issued.`
