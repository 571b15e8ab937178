import { listOpenVotes } from '@/lib/data/open-things'
import type { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import { lostSeats, type Seating } from '@/lib/domain/nesting'
import type { OpenVote } from '@/lib/domain/open-things'

const MOST_PEOPLE = 300

/** Yes-votes on waiting requests that count no more once people sit as they do after a change. */
export async function votesLost(
  tenantId: TenantId,
  [before, after]: readonly [Seating, Seating],
  now: Date,
): Promise<OpenVote[]> {
  const lost = lostSeats(before, after)
  const people = [...new Set(lost.map(({ personId }) => personId))].slice(0, MOST_PEOPLE)
  const votes = await Promise.all(
    people.map((person) => {
      const names = lost.flatMap(({ personId, stage }) => (personId === person ? [stage] : []))
      return listOpenVotes(person, now, { tenantId, names })
    }),
  )
  return votes.flat()
}

/** How people sit once somebody has left these groups. */
export const without = (seating: Seating, person: PersonId, groups: readonly GroupId[]): Seating => ({
  ...seating,
  seats: seating.seats.filter(({ personId, groupId }) => personId !== person || !groups.includes(groupId)),
})
