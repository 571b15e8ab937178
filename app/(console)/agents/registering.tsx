import { listPeople } from '@/lib/data/directory'
import { listAdministrators } from '@/lib/data/person-states'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { pageNow } from '@/lib/web/session'
import { proposeAgentAction } from './actions'

/** What the forms that register and describe agents need to know, for who may. */
export async function registering(actor: Actor) {
  if (!may(actor, 'agent.change')) return null
  const { tenantId, personId } = actor
  const [people, administrators, now] = await Promise.all([
    listPeople(tenantId),
    listAdministrators(tenantId),
    pageNow(),
  ])
  return {
    action: proposeAgentAction,
    isAlone: isAlone(administrators, personId, now),
    people: people.flatMap(({ id, name, disabled }) => (disabled ? [] : [{ id, name }])),
  }
}
