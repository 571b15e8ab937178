import type { HoursChange, HoursState } from '@/lib/domain/hours-change'
import type { TenantId } from '@/lib/domain/ids'
import { WorkingHours } from '@/lib/domain/working-hours'
import { expectOne, type Tx } from './commit'
import { database } from './database'

/** When a tenant works, with the version that is read. */
export async function findHoursState(id: TenantId): Promise<HoursState> {
  const row = await database().tenant.findUniqueOrThrow({ where: { id } })
  const { timeZone, workDays: days, workFrom: fromHour, workUntil: untilHour } = row
  return { hours: WorkingHours.parse({ timeZone, days, fromHour, untilHour }), rev: row.hoursRev }
}

export const findWorkingHours = async (id: TenantId): Promise<WorkingHours> =>
  (await findHoursState(id)).hours

/** Other working hours, over the version that was read. */
export async function replaceWorkingHours(
  tx: Tx,
  { id, rev }: { id: TenantId; rev: number },
  { timeZone, days, fromHour, untilHour }: HoursChange,
): Promise<void> {
  const data = { timeZone, workDays: days, workFrom: fromHour, workUntil: untilHour }
  expectOne(
    await tx.tenant.updateMany({
      where: { id, hoursRev: rev },
      data: { ...data, hoursRev: { increment: 1 } },
    }),
  )
}
