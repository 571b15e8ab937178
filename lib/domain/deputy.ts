import { z } from 'zod'
import type { Actor } from './access'
import type { TrailEvent } from './events'
import { type DeputyId, GroupId, PersonId, type TenantId } from './ids'
import type { RefusalCode } from './refusals'

const DAY_MS = 86_400_000
const MOST_DAYS = 90

const Day = z.iso.date('Choose a day.').transform((day) => new Date(`${day}T00:00:00Z`))

/** Who signs for whom in one group, on which days (UTC), the last one included. */
export const NameDeputy = z.object({
  /** A group and somebody in it, as the list offers them. */
  deputy: z
    .string('Choose a person.')
    .min(1, 'Choose a person.')
    .transform((pair) => pair.split(' '))
    .pipe(z.tuple([GroupId, PersonId], 'Choose a person from the list.')),
  from: Day,
  until: Day.transform((day) => new Date(day.getTime() + DAY_MS)),
})
export type NameDeputy = z.infer<typeof NameDeputy>

/** Somebody who may sign for somebody else in the stage of one group, for as long as it is not over. */
export type Deputyship = {
  id: DeputyId
  tenantId: TenantId
  groupId: GroupId
  /** The stage of the group. */
  stage: string
  personId: PersonId
  deputyId: PersonId
  from: Date
  until: Date
  named: Date
  ended: Date | null
}

export const isRunning = ({ from, until, ended }: Deputyship, now: Date): boolean =>
  ended === null && from <= now && now < until

/** Whether these days are days a deputy can be named for now. */
export const areDeputyDays = ({ from, until }: Pick<NameDeputy, 'from' | 'until'>, now: Date): boolean =>
  from < until && until > now && until.getTime() - from.getTime() <= MOST_DAYS * DAY_MS

type Pair = { personId: PersonId; deputyId: PersonId }

/**
 * Whether another deputyship of the same group and days stands in the way: deputies have no deputies, and nobody has
 * two. One person may stand for several, in different stages.
 */
export const isChained = ({ personId, deputyId }: Pair, others: readonly Pair[]): boolean =>
  others.some(
    (other) => other.personId === personId || other.deputyId === personId || other.personId === deputyId,
  )

type Naming = { inGroup: readonly PersonId[]; others: readonly Pair[]; now: Date }

/** Why this person cannot name that deputy, or null. */
export function namingProblem(
  personId: PersonId,
  input: NameDeputy,
  { inGroup, others, now }: Naming,
): RefusalCode | null {
  const [, deputyId] = input.deputy
  if (!inGroup.includes(personId)) return 'not_found'
  if (deputyId === personId || !inGroup.includes(deputyId)) return 'deputy_elsewhere'
  if (!areDeputyDays(input, now)) return 'deputy_days'
  return isChained({ personId, deputyId }, others) ? 'deputy_chain' : null
}

/** What the trail keeps of a deputy who was named, or whose days ended early. */
export const deputyEvent = (
  type: 'deputy.named' | 'deputy.ended',
  { personId, tenantId }: Pick<Actor, 'personId' | 'tenantId'>,
  of: Pick<Deputyship, 'id' | 'deputyId' | 'stage' | 'from' | 'until'>,
): TrailEvent => ({
  type,
  outcome: 'done',
  tenantId,
  humanId: personId,
  data: {
    deputyship: of.id,
    deputy: of.deputyId,
    group: of.stage,
    from: of.from.toISOString(),
    until: of.until.toISOString(),
  },
})
