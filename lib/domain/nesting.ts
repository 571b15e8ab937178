import type { GroupId, PersonId } from './ids'

/** One group put into another. */
export type Nesting = { outerId: GroupId; innerId: GroupId; addedBy: string; added: Date }

/** A group inside another at any depth: since when, and who put the groups between them where they are. */
export type Reach = { outerId: GroupId; innerId: GroupId; since: Date; givenBy: readonly string[] }

type Link = Pick<Nesting, 'outerId' | 'innerId'>

const insideOf = (nestings: readonly Link[], outer: GroupId): Set<GroupId> => {
  const found = new Set<GroupId>()
  const left = [outer]
  for (let group = left.pop(); group !== undefined; group = left.pop())
    for (const { outerId, innerId } of nestings)
      if (outerId === group && !found.has(innerId)) {
        found.add(innerId)
        left.push(innerId)
      }
  return found
}

/** Whether this link would put a group into itself, by whatever way. */
export const makesCycle = (nestings: readonly Link[], { outerId, innerId }: Link): boolean =>
  outerId === innerId || insideOf(nestings, innerId).has(outerId)

const later = (a: Date, b: Date) => (a > b ? a : b)

/**
 * Everything that is inside everything. Where several ways lead to a group, it is inside since the first of them was
 * whole; whoever made any of them gives nothing to themselves by it.
 */
export function reachOf(nestings: readonly Nesting[]): Reach[] {
  const known = new Map<GroupId, Map<GroupId, Reach>>()
  const within = (outerId: GroupId): Map<GroupId, Reach> => {
    const found = known.get(outerId) ?? new Map<GroupId, Reach>()
    if (known.has(outerId)) return found
    known.set(outerId, found)
    for (const link of nestings.filter((one) => one.outerId === outerId)) {
      add(found, { outerId, innerId: link.innerId, since: link.added, givenBy: [link.addedBy] })
      for (const { innerId, since, givenBy } of within(link.innerId).values())
        add(found, { outerId, innerId, since: later(link.added, since), givenBy: [link.addedBy, ...givenBy] })
    }
    return found
  }
  return [...new Set(nestings.map(({ outerId }) => outerId))].flatMap((outer) => [...within(outer).values()])
}

function add(found: Map<GroupId, Reach>, way: Reach): void {
  const other = found.get(way.innerId)
  const since = other && other.since < way.since ? other.since : way.since
  const givenBy = [...new Set([...(other?.givenBy ?? []), ...way.givenBy])].sort()
  found.set(way.innerId, { ...way, since, givenBy })
}

/** Who sits where in a tenant: its groups, the seats in them, and which group is in which. */
export type Seating = {
  groups: readonly { id: GroupId; slug: string; name: string }[]
  seats: readonly { groupId: GroupId; personId: PersonId }[]
  nestings: readonly Nesting[]
}

/** A person and a stage that a seat lets them sign, by whatever way. */
export type SeatIn = { personId: PersonId; stage: string }

export function seatsIn({ groups, seats, nestings }: Seating): SeatIn[] {
  const slugs = new Map(groups.map(({ id, slug }) => [id, slug]))
  const reach = reachOf(nestings)
  const pairs = seats.flatMap(({ groupId, personId }) =>
    [groupId, ...reach.filter(({ innerId }) => innerId === groupId).map(({ outerId }) => outerId)].flatMap(
      (id) => {
        const stage = slugs.get(id)
        return stage === undefined ? [] : [{ personId, stage }]
      },
    ),
  )
  return [...new Map(pairs.map((pair) => [`${pair.personId} ${pair.stage}`, pair])).values()]
}

/** What is there before and not after. */
export const lostSeats = (before: Seating, after: Seating): SeatIn[] => {
  const left = new Set(seatsIn(after).map(({ personId, stage }) => `${personId} ${stage}`))
  return seatsIn(before).filter(({ personId, stage }) => !left.has(`${personId} ${stage}`))
}
