import type { HoursChange, HoursState } from '@/lib/domain/hours-change'
import type { TenantId } from '@/lib/domain/ids'
import { WorkingHours } from '@/lib/domain/working-hours'
import { expectOne, type Tx } from './commit'
import { pool } from './database'

const HOURS = `select time_zone as "timeZone", work_days as days, work_from as "fromHour", work_until as "untilHour",
    hours_rev as "hoursRev" from tenant where id = $1`

/** When a tenant works, with the version that is read. */
export async function findHoursState(id: TenantId): Promise<HoursState> {
  const { rows } = await pool().query<{ hoursRev: number }>(HOURS, [id])
  const [row] = rows
  if (!row) throw new Error(`Tenant ${id} is not stored.`)
  const { hoursRev, ...hours } = row
  return { hours: WorkingHours.parse(hours), rev: hoursRev }
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
