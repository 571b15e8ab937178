import type { TenantId } from '@/lib/domain/ids'
import { WorkingHours } from '@/lib/domain/working-hours'
import { database } from './database'

/** When a tenant works. */
export async function findWorkingHours(id: TenantId): Promise<WorkingHours> {
  const row = await database().tenant.findUniqueOrThrow({ where: { id } })
  const { timeZone, workDays: days, workFrom: fromHour, workUntil: untilHour } = row
  return WorkingHours.parse({ timeZone, days, fromHour, untilHour })
}
