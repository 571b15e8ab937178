import { databaseNow } from '@/lib/data/clock'
import { countLeftOver, listOpenVotes } from '@/lib/data/open-things'
import {
  findGroupState,
  findPersonState,
  isStageNameTaken,
  listAdministrators,
} from '@/lib/data/person-states'
import { findWebhook } from '@/lib/data/webhooks'
import type { TenantId } from '@/lib/domain/ids'
import type { OpenVote } from '@/lib/domain/open-things'
import type { Effect } from '@/lib/domain/people-change'
import type { Result } from '@/lib/domain/result'
import { type RuleChange, type RuleFacts, ruleEffect } from '@/lib/domain/rule-change'

export type Weighed = {
  now: Date
  facts: RuleFacts
  effect: Result<Effect>
  /** Yes-votes on waiting requests that count no more with the seats that fall. */
  votes: OpenVote[]
}

/** What a change of the rules would do now, with everything it was decided from. */
export async function weighRuleChange(tenantId: TenantId, change: RuleChange): Promise<Weighed> {
  const now = await databaseNow()
  const personId = 'personId' in change ? change.personId : null
  const [person, group, isSlugTaken, leftOver, administrators, webhook] = await Promise.all([
    personId ? findPersonState(tenantId, personId) : null,
    'groupId' in change ? findGroupState(tenantId, change.groupId) : null,
    change.kind === 'group.add' ? isStageNameTaken(tenantId, change.slug) : false,
    change.kind === 'person.enable' ? countLeftOver(change.personId, now) : 0,
    listAdministrators(tenantId),
    change.kind === 'webhook.add' ? findWebhook(tenantId, change.webhookId) : null,
  ])
  const facts = { person, group, isSlugTaken, leftOver, administrators, webhook }
  const effect = ruleEffect(change, facts)
  const falls = effect.ok ? effect.value.falls : []
  const stages = { tenantId, names: falls.map(({ slug }) => slug) }
  const votes = personId && falls.length > 0 ? await listOpenVotes(personId, now, stages) : []
  return { now, facts, effect, votes }
}
