import type { GroupChange } from '@/components/people/person-groups'
import type { RoleChange } from '@/components/people/person-roles'
import { leavingWords } from '@/components/people/words'
import { listPeople } from '@/lib/data/directory'
import { listGroups } from '@/lib/data/groups'
import { countLeftOver, countOpenThings } from '@/lib/data/open-things'
import { findPersonState, listAdministrators } from '@/lib/data/person-states'
import { findHeldFactors } from '@/lib/data/second-factors'
import { listWaitingVotables } from '@/lib/data/visible-requests'
import { type Actor, Role } from '@/lib/domain/access'
import type { PersonId } from '@/lib/domain/ids'
import { groupOutlook } from '@/lib/domain/outlook'
import {
  type ChangeFacts,
  disabling,
  type Effect,
  effectOf,
  type PeopleChange,
} from '@/lib/domain/people-change'
import { REFUSALS } from '@/lib/domain/refusals'
import type { Result } from '@/lib/domain/result'
import { pageNow } from '@/lib/web/session'

/** Everything the page of one person shows, or null when they are nobody of this tenant. */
export async function findPersonView(actor: Actor, id: PersonId) {
  const { tenantId } = actor
  const now = await pageNow()
  const [[listed], person, groups, administrators, waiting, ending, leftOver, factors] = await Promise.all([
    listPeople(tenantId, id),
    findPersonState(tenantId, id),
    listGroups(tenantId),
    listAdministrators(tenantId),
    listWaitingVotables(tenantId, now),
    countOpenThings(id, now),
    countLeftOver(id, now),
    findHeldFactors(id),
  ])
  if (!person || !listed) return null
  const facts: ChangeFacts = {
    ...{ person, group: null, isSlugTaken: false },
    ...{ leftOver, administrators, factors },
  }
  const roles = Role.options.map((role): RoleChange => {
    const isHeld = person.roles.includes(role)
    const change = { kind: isHeld ? 'role.take' : 'role.give', personId: id, role } as const
    return { role, isHeld, ...previewOf(change, facts) }
  })
  const seats = groups.map((group): GroupChange => {
    const seat = person.seats.find(({ groupId }) => groupId === group.id) ?? null
    const change = { kind: 'group.join', personId: id, groupId: group.id } as const
    return {
      group,
      seat,
      waiting: groupOutlook(group, waiting, id),
      ...previewOf(change, { ...facts, group }),
    }
  })
  return {
    person: listed,
    administrators,
    now,
    ending,
    roles,
    seats,
    waiting: seats
      .filter(({ seat, waiting: { waiting } }) => seat && waiting > 0)
      .map(({ group, waiting }) => leavingWords(group.name, waiting)),
    enabling: previewOf({ kind: 'person.enable', personId: id }, facts),
    resetting: previewOf({ kind: 'factor.reset', personId: id }, facts),
    disabling: previewed(disabling(actor.personId, person, administrators)),
  }
}

const previewOf = (change: PeopleChange, facts: ChangeFacts) => previewed(effectOf(change, facts))

function previewed(effect: Result<Effect>) {
  if (!effect.ok) return { before: '', after: '', problem: REFUSALS[effect.refusal.code].says }
  const { before, after } = effect.value
  return { before, after, problem: null }
}
