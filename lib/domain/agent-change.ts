import { type Actor, may } from './access'
import type { Agent } from './agent'
import { CLEAN_TEXT } from './clean-text'
import type { TrailEvent } from './events'
import { done, type Outcome, refused } from './result'

/** Why an agent is suspended or resumed. It may stay empty: stopping an agent must never wait for words. */
export const ChangeReason = CLEAN_TEXT.max(1000, 'Keep the reason under 1,000 characters.').default('')

/** Its owners may stop an agent, and so may an administrator. */
export const maySuspend = (actor: Actor, agent: Agent): boolean =>
  agent.tenantId === actor.tenantId && (may(actor, 'agent.change') || agent.owners.includes(actor.personId))

/** Only an administrator lets an agent work again: whoever stopped it need not be the one who trusts it. */
export const mayResume = (actor: Actor, agent: Agent): boolean =>
  agent.tenantId === actor.tenantId && may(actor, 'agent.change')

type Change = 'suspend' | 'resume'

const CHANGES = {
  suspend: { type: 'agent.suspended', before: 'active', after: 'suspended', allowed: maySuspend },
  resume: { type: 'agent.resumed', before: 'suspended', after: 'active', allowed: mayResume },
} as const satisfies Record<Change, { type: TrailEvent['type']; [more: string]: unknown }>

/** Suspends or resumes. From the commit of a suspension on nothing is issued to the agent. */
export function changeAgent(
  actor: Actor,
  agent: Agent,
  change: Change,
  { reason, now }: { reason: string; now: Date },
): Outcome<{ suspended: Date | null }> {
  const { type, before, after, allowed } = CHANGES[change]
  const about = { tenantId: agent.tenantId, humanId: actor.personId, agentId: agent.id }
  if (!allowed(actor, agent))
    return refused('not_allowed', {
      type: 'act.refused',
      outcome: 'refused',
      ...about,
      data: { act: `agent.${change}` },
    })
  const isSuspended = agent.suspended !== null
  if (isSuspended === (change === 'suspend')) return refused('changed_meanwhile')
  return done(
    { suspended: change === 'suspend' ? now : null },
    {
      type,
      outcome: 'done',
      ...about,
      data: { slug: agent.slug, before, after },
      ...(reason ? { texts: { reason } } : {}),
    },
  )
}
