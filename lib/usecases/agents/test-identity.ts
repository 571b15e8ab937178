import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findIdentifiedAgent } from '@/lib/data/trust'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { visibleParts } from '@/lib/domain/clean-text'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { AgentId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { SAYERS } from '@/lib/domain/where-it-runs'
import { seenIn } from '@/lib/identity/seen-token'
import { gatherTrusted } from '../facts/authority'
import { settings } from '../facts/settings'
import { identify } from '../facts/workloads'

export const TestIdentity = z.object({
  agentId: AgentId,
  token: z
    .string()
    .trim()
    .min(1, 'Paste a token.')
    .max(16 * 1024, 'This is longer than any token taken here.'),
})
export type TestIdentity = z.infer<typeof TestIdentity>

type Shown = ReturnType<typeof visibleParts>

/** Nobody vouches for what stands in the token: it is shown with its invisible characters made visible. */
export type Tested = {
  accepted: boolean
  says: string
  parts: readonly { name: Shown; value: Shown }[]
}

/**
 * What a token would prove at the authority now: what is seen in it, whether it is accepted, and why. Nothing is spent
 * or pinned, and the token is neither kept nor logged.
 */
export async function testIdentity(
  actor: Actor,
  act: Act,
  { agentId, token }: TestIdentity,
): Promise<Result<Tested>> {
  const { tenantId, personId } = actor
  const agent = await findIdentifiedAgent(tenantId, agentId)
  if (!agent) return refusal('not_found')
  if (!may(actor, 'agent.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'identity.test', 'not_allowed')))
  const seen = seenIn(token)
  const trusted = await gatherTrusted()
  const proof = { as: seen.as, jwt: token }
  const { issuer } = settings()
  const proven = await identify({ issuer, permit: webhookPermit(settings()) }, trusted, proof)
  const { reason, says } = verdictOf(proven, agent)
  const accepted = reason === 'accepted'
  const parts = seen.parts.map(({ name, value }) => ({
    name: visibleParts(name),
    value: visibleParts(value),
  }))
  const event = {
    type: 'agent.identity_tested',
    outcome: accepted ? 'allowed' : 'refused',
    ...{ tenantId, humanId: personId, agentId, data: { slug: agent.slug, reason } },
  } as const
  return commit(act, done({ accepted, says, parts }, event))
}

// That another tenant knows whom it proves is nobody's here.
const ANOTHERS = {
  reason: 'actor_mismatch',
  says: 'It proves another agent, or one of another tenant. A mandate of this agent is refused with it.',
}

function verdictOf(
  proven: Awaited<ReturnType<typeof identify>>,
  { id, slug, environments }: { id: AgentId; slug: string; environments: readonly string[] },
) {
  const whose = proven.ok ? proven.agent.id : proven.trace?.agent.id
  if (whose !== undefined && whose !== id) return ANOTHERS
  if (!proven.ok) return { reason: proven.reason, says: proven.description }
  const { environment, placedBy } = proven
  const proves = `It proves ${slug}, running in ${environment}`
  if (!environments.includes(environment))
    return {
      reason: 'environment_mismatch',
      says: `${proves}, and that is not one of its environments. ${SAYERS[placedBy]} A mandate is refused with it.`,
    }
  if (proven.agent.suspended)
    return {
      reason: 'actor_suspended',
      says: `${proves}. ${SAYERS[placedBy]} It is suspended: everything is refused until it is resumed.`,
    }
  return { reason: 'accepted', says: `${proves}. ${SAYERS[placedBy]}` }
}
