import { databaseNow } from '@/lib/data/clock'
import { findSeating } from '@/lib/data/nesting'
import { countLeftOver, findOpenThings } from '@/lib/data/open-things'
import {
  findGroupState,
  findPersonState,
  isStageNameTaken,
  listAdministrators,
} from '@/lib/data/person-states'
import { findRegistrationFacts } from '@/lib/data/registrations'
import { findHeldFactors } from '@/lib/data/second-factors'
import { findTemplateFacts } from '@/lib/data/template-states'
import { findTrustFacts } from '@/lib/data/trust'
import { findWebhook } from '@/lib/data/webhooks'
import { findHoursState } from '@/lib/data/working-hours'
import { isAgentRegistration, ownersFreed } from '@/lib/domain/agent-registration'
import type { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import { lostSeats, makesCycle, type Seating } from '@/lib/domain/nesting'
import type { OpenThings, OpenVote } from '@/lib/domain/open-things'
import type { Effect } from '@/lib/domain/people-change'
import type { Result } from '@/lib/domain/result'
import { type RuleChange, type RuleFacts, ruleEffect } from '@/lib/domain/rule-change'
import { isServerChange } from '@/lib/domain/server-change'
import { isTemplateChange } from '@/lib/domain/template-change'
import { isTrustChange } from '@/lib/domain/trust-change'
import { votesLost, without } from './lost-votes'
import { findServerFacts } from './server-facts'

export type Weighed = {
  now: Date
  facts: RuleFacts
  effect: Result<Effect>
  /** Yes-votes on waiting requests that count no more with the seats that fall. */
  votes: OpenVote[]
  /** What somebody has open here who loses their last role of this tenant. */
  leaves: OpenThings | null
  /** Who gains a seat by a group that is put into another, or owns an agent no more. They never activate it. */
  gainers: PersonId[]
}

/** What a change of the rules would do now, with everything it was decided from. */
export async function weighRuleChange(tenantId: TenantId, change: RuleChange): Promise<Weighed> {
  const now = await databaseNow()
  const personId = 'personId' in change ? change.personId : null
  const [person, group, isSlugTaken, leftOver, administrators, webhook, hours, seating, registered] =
    await Promise.all([
      personId ? findPersonState(tenantId, personId) : null,
      'groupId' in change ? findGroupState(tenantId, change.groupId) : null,
      change.kind === 'group.add' ? isStageNameTaken(tenantId, change.slug) : false,
      change.kind === 'person.enable' ? countLeftOver(change.personId, now) : 0,
      listAdministrators(tenantId),
      change.kind === 'webhook.add' ? findWebhook(tenantId, change.webhookId) : null,
      change.kind === 'hours.set' ? findHoursState(tenantId) : null,
      findSeating(tenantId),
      registeredFacts(tenantId, change),
    ])
  const common = { person, group, isSlugTaken, leftOver, administrators, webhook, hours, ...registered }
  const facts: RuleFacts = {
    ...common,
    ...('innerId' in change ? { nesting: await nestingFacts(tenantId, change, seating) } : {}),
    ...(change.kind === 'factor.reset' ? { factors: await findHeldFactors(change.personId) } : {}),
  }
  const effect = ruleEffect(change, facts)
  const falls = effect.ok ? effect.value.falls.map(({ groupId }) => groupId) : []
  const after = seatingAfter(change, seating, falls, now)
  const votes =
    effect.ok && change.kind !== 'group.nest' ? await votesLost(tenantId, [seating, after], now) : []
  const gainers =
    change.kind === 'group.nest'
      ? lostSeats(after, seating).map(({ personId: gainer }) => gainer)
      : ownersFreed(change, registered.registration?.agent ?? null)
  const isLastRole = change.kind === 'role.take' && person?.roles.length === 1
  const leaves = isLastRole && personId ? await findOpenThings(personId, now, tenantId) : null
  return { now, facts, effect, votes, leaves, gainers }
}

/** What a change of agents, servers, templates, or of who is believed is decided with. */
async function registeredFacts(tenantId: TenantId, change: RuleChange) {
  const [trust, server, registration, template] = await Promise.all([
    isTrustChange(change) ? findTrustFacts(tenantId, change) : null,
    isServerChange(change) ? findServerFacts(tenantId, change) : null,
    isAgentRegistration(change) ? findRegistrationFacts(tenantId, change.agentId) : null,
    isTemplateChange(change) ? findTemplateFacts(tenantId, change) : null,
  ])
  return { trust, server, registration, template }
}

type Renesting = Extract<RuleChange, { innerId: GroupId }>

async function nestingFacts(tenantId: TenantId, { groupId, innerId }: Renesting, seating: Seating) {
  const { groups, nestings } = seating
  const inside = nestings.filter(({ outerId }) => outerId === groupId).map((nesting) => nesting.innerId)
  return {
    inner: await findGroupState(tenantId, innerId),
    inside: groups.filter(({ id }) => inside.includes(id)),
    makesCycle: makesCycle(nestings, { outerId: groupId, innerId }),
  }
}

/** How people sit once the change is made, as far as it moves anybody. */
function seatingAfter(change: RuleChange, seating: Seating, falls: GroupId[], now: Date): Seating {
  if (!('innerId' in change)) return 'personId' in change ? without(seating, change.personId, falls) : seating
  const { groupId: outerId, innerId } = change
  const others = seating.nestings.filter((one) => one.outerId !== outerId || one.innerId !== innerId)
  const isCycle = makesCycle(seating.nestings, { outerId, innerId })
  if (change.kind === 'group.unnest' || isCycle) return { ...seating, nestings: others }
  return { ...seating, nestings: [...others, { outerId, innerId, addedBy: '', added: now }] }
}
