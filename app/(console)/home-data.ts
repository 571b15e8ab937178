import {
  administratorFigures,
  approverFigures,
  complianceFigures,
  requesterFigures,
} from '@/components/home/figures'
import type { Figure } from '@/components/home/numbers'
import { listAgents } from '@/lib/data/agents'
import { listReviewable } from '@/lib/data/break-glass'
import { listDecidable } from '@/lib/data/decidable'
import { readDeciding } from '@/lib/data/deciding'
import { listPeople } from '@/lib/data/directory'
import { listGroups } from '@/lib/data/groups'
import {
  administratorNumbers,
  approverNumbers,
  complianceNumbers,
  requesterNumbers,
} from '@/lib/data/home-numbers'
import { listOwnLiveGrants } from '@/lib/data/live-grants'
import { listPersonNames } from '@/lib/data/people'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { findPreference } from '@/lib/data/preferences'
import { countProposalsFor } from '@/lib/data/proposals'
import { listUnidentified } from '@/lib/data/registrations'
import { listServers } from '@/lib/data/servers'
import { listStoryEvents } from '@/lib/data/story-events'
import { listVisibleRequests } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { STORY_HIDDEN } from '@/lib/domain/preference'
import { setupSteps } from '@/lib/domain/setup-steps'
import type { Status } from '@/lib/domain/status'
import { tellStory } from '@/lib/domain/story'
import { settings } from '@/lib/usecases/facts/settings'

const ENDED = [
  'completed',
  'revoked',
  'expired',
  'refused',
  'denied',
  'withdrawn',
  'lapsed',
] as const satisfies readonly Status[]

const FEW = 5
const MANY = 50

/** What stands on somebody's Home: what they may see, and of what is live or waits their own. */
export async function readHome(actor: Actor, now: Date) {
  const [reviews, decidable, awaiting, proposed, live, ended, figures, deciding, proposals] =
    await Promise.all([
      listReviewable(actor, now),
      listDecidable(actor, now, { take: MANY }),
      listVisibleRequests(actor, { statuses: ['awaiting'], own: true }, { now, take: MANY }),
      listVisibleRequests(actor, { statuses: ['proposed'], own: true }, { now, take: MANY }),
      listOwnLiveGrants(actor, now, MANY),
      listVisibleRequests(actor, { statuses: ENDED }, { now, take: FEW }),
      readFigures(actor, now),
      // Whoever also administers finds it in the settings.
      may(actor, 'deciding.see') && !may(actor, 'people.change') ? readDeciding(actor.tenantId) : null,
      may(actor, 'proposal.decide') ? countProposalsFor(actor.tenantId, actor.personId, now) : 0,
    ])
  const names = await listPersonNames(ended.flatMap(({ grant }) => grant?.endedBy ?? []))
  return {
    reviews,
    decidable,
    awaiting,
    proposed,
    live,
    ended,
    names,
    deciding,
    proposals,
    figures: figures(decidable.length),
  }
}

async function readFigures(actor: Actor, now: Date): Promise<(waiting: number) => readonly Figure[]> {
  if (may(actor, 'agent.change'))
    return complete(administratorFigures(await administratorNumbers(actor, now)))
  if (may(actor, 'trail.see_all')) return complete(complianceFigures(await complianceNumbers(actor, now)))
  if (may(actor, 'approval.decide')) {
    const numbers = await approverNumbers(actor, now)
    return (waiting) => approverFigures(numbers, waiting)
  }
  return complete(requesterFigures(await requesterNumbers(actor, now)))
}

const complete = (figures: readonly Figure[]) => () => figures

/** "Try the story", told from the trail: in demo mode only, and not read at all when it was put away. */
export async function readStory(actor: Actor) {
  if (!settings().demo) return null
  if ((await findPreference(actor.personId, 'story')) === STORY_HIDDEN) return 'hidden' as const
  return tellStory(await listStoryEvents(actor.tenantId))
}

/** What an installation in which nobody can be given access still needs, for its administrator. */
export async function readSetup({ tenantId, ...actor }: Actor) {
  if (!may(actor, 'agent.change')) return null
  const [version, people, groups, servers, agents, unidentified] = await Promise.all([
    findPolicyVersionInForce(),
    listPeople(tenantId),
    listGroups(tenantId),
    listServers(tenantId),
    listAgents(tenantId),
    listUnidentified(tenantId),
  ])
  return setupSteps({ hasPolicy: version !== null, people, groups, servers, agents, unidentified })
}
