import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import type { Deputyship } from '@/lib/domain/deputy'
import { isChained } from '@/lib/domain/deputy'
import { DeputyId, GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import { nowIn } from './clock'
import { ChangedMeanwhile, expectOne, runIn, type Tx } from './commit'
import { database } from './database'

type Row = Prisma.DeputyGetPayload<object>

const deputyshipOf = (row: Row, stage: string): Deputyship => ({
  id: DeputyId.parse(row.id),
  tenantId: TenantId.parse(row.tenantId),
  groupId: GroupId.parse(row.groupId),
  stage,
  personId: PersonId.parse(row.personId),
  deputyId: PersonId.parse(row.deputyId),
  from: row.fromTime,
  until: row.untilTime,
  named: row.named,
  ended: row.ended,
})

async function listWhere(where: Prisma.DeputyWhereInput): Promise<Deputyship[]> {
  const rows = await database().deputy.findMany({ where, orderBy: { fromTime: 'asc' } })
  if (rows.length === 0) return []
  const groups = await database().group.findMany({
    where: { id: { in: rows.map(({ groupId }) => groupId) } },
  })
  return rows.flatMap((row) => {
    const group = groups.find(({ id }) => id === row.groupId)
    return group ? [deputyshipOf(row, group.slug)] : []
  })
}

const notOver = (now: Date) => ({ ended: null, untilTime: { gt: now } })

/** Whom this person may sign for at this moment. */
export const listRepresented = (deputyId: PersonId, now: Date): Promise<Deputyship[]> =>
  listWhere({ deputyId, fromTime: { lte: now }, ...notOver(now) })

/** The deputies somebody has or will have, and those they are or will be. */
export const listDeputiesOf = (personId: PersonId, now: Date): Promise<Deputyship[]> =>
  listWhere({ OR: [{ personId }, { deputyId: personId }], ...notOver(now) })

type Days = { groupId: GroupId; from: Date; until: Date }

const overlapping = ({ groupId, from, until }: Days) => ({
  groupId,
  ended: null,
  fromTime: { lt: until },
  untilTime: { gt: from },
})

/** Who stands for whom in a group of this tenant on some of these days. */
export const listOverlapping = ({
  tenantId,
  ...days
}: Days & { tenantId: TenantId }): Promise<Deputyship[]> => listWhere({ tenantId, ...overlapping(days) })

export const findDeputyship = async (tenantId: TenantId, id: DeputyId): Promise<Deputyship | null> =>
  (await listWhere({ tenantId, id }))[0] ?? null

/** Names a deputy while both people are held still, so that two who name each other do not make a chain. */
export async function insertDeputy(tx: Tx, { stage: _, from, until, ...deputy }: Deputyship): Promise<void> {
  const { personId, deputyId, groupId } = deputy
  await runIn(tx)('select id from person where id = any($1) order by id for no key update', [
    [personId, deputyId].sort(),
  ])
  const others = await tx.deputy.findMany({ where: overlapping({ groupId, from, until }) })
  const pairs = others.map((other) => ({
    personId: PersonId.parse(other.personId),
    deputyId: PersonId.parse(other.deputyId),
  }))
  if (isChained(deputy, pairs)) throw new ChangedMeanwhile('deputy_chain')
  await tx.deputy.create({ data: { ...deputy, fromTime: from, untilTime: until } })
}

export async function endDeputyship(tx: Tx, id: DeputyId, now: Date): Promise<void> {
  expectOne(await tx.deputy.updateMany({ where: { id, ...notOver(now) }, data: { ended: now } }))
}

const Held = z.object({ from: z.date(), until: z.date() })

const HOLD =
  'select from_time as "from", until_time as until from deputy where id = $1 and ended is null for share'

/** Holds a deputyship still while its deputy signs. Its time is compared by the clock under the lock. */
export async function holdDeputy(tx: Tx, id: DeputyId | null): Promise<void> {
  if (id === null) return
  const [[row], now] = await Promise.all([tx.run(HOLD, id), nowIn(tx.run)])
  if (!row) throw new ChangedMeanwhile('deputy_over')
  const { from, until } = Held.parse(row)
  if (now < from || until <= now) throw new ChangedMeanwhile('deputy_over')
}
