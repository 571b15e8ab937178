import { rolesOf } from '@/lib/data/people'
import { type Actor, may } from '@/lib/domain/access'
import type { PersonId } from '@/lib/domain/ids'

/** Whether somebody may end the sign-ins of a person: their own, or as administrator those of anybody in the tenant. */
export const mayEndSignIns = async (actor: Actor, personId: PersonId): Promise<boolean> =>
  personId === actor.personId ||
  (may(actor, 'sign_in.end_any') && (await rolesOf(personId, actor.tenantId)).length > 0)
