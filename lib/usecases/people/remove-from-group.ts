import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findSeating } from '@/lib/data/nesting'
import { findPersonState } from '@/lib/data/person-states'
import { deleteSeats, replacePerson } from '@/lib/data/write-people'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { GroupId, PersonId } from '@/lib/domain/ids'
import { leaveGroup } from '@/lib/domain/people-change'
import { ungroupedEvent, voidedEvent } from '@/lib/domain/people-events'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { votesLost, without } from '../facts/lost-votes'

export const RemoveFromGroup = z.object({ personId: PersonId, groupId: GroupId })
export type RemoveFromGroup = z.infer<typeof RemoveFromGroup>

/** Takes somebody out of an approver group at once. What they signed for it on waiting requests counts no more. */
export async function removeFromGroup(
  actor: Actor,
  act: Act,
  { personId, groupId }: RemoveFromGroup,
): Promise<Result<{ voided: number }>> {
  const { tenantId } = actor
  const [person, now] = await Promise.all([findPersonState(tenantId, personId), databaseNow()])
  if (!person) return refusal('not_found')
  if (!may(actor, 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'group.leave', 'not_allowed')))
  const leaving = leaveGroup(person, groupId)
  if (!leaving.ok) return leaving
  const { falls } = leaving.value
  const seating = await findSeating(tenantId)
  const after = without(
    seating,
    personId,
    falls.map((seat) => seat.groupId),
  )
  const votes = await votesLost(tenantId, [seating, after], now)
  const outcome = done(
    { voided: votes.length },
    ...falls.map((seat) => ungroupedEvent(personId, seat, { tenantId, by: actor.personId })),
    ...votes.map((vote) => voidedEvent(vote, 'seat_left')),
  )
  return commit(act, outcome, async (tx) => {
    await replacePerson(tx, person)
    await deleteSeats(tx, personId, falls)
  })
}
