import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findIdentifiedAgent } from '@/lib/data/trust'
import { deleteIdentity } from '@/lib/data/write-trust'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { AgentId, IdentityId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const RemoveIdentity = z.object({ agentId: AgentId, identityId: IdentityId })
export type RemoveIdentity = z.infer<typeof RemoveIdentity>

/** Takes an identity away at once: less access is the safe direction, and a stolen key waits for nobody. */
export async function removeIdentity(
  actor: Actor,
  act: Act,
  { agentId, identityId }: RemoveIdentity,
): Promise<Result<{ removed: string }>> {
  const { tenantId, personId } = actor
  const agent = await findIdentifiedAgent(tenantId, agentId)
  if (!agent) return refusal('not_found')
  if (!may(actor, 'agent.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'identity.remove', 'not_allowed')))
  const identity = agent.identities.find(({ id }) => id === identityId)
  if (!identity) return refusal('not_found')
  const outcome = done({ removed: identity.what }, {
    type: 'agent.identity_removed',
    outcome: 'done',
    ...{ tenantId, humanId: personId, agentId },
    data: { slug: agent.slug, identity: identity.what, environment: identity.environment },
  } as const)
  return commit(act, outcome, (tx) => deleteIdentity(tx, agent, identity))
}
