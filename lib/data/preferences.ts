import type { PersonId } from '@/lib/domain/ids'
import type { PreferenceName } from '@/lib/domain/preference'
import { database } from './database'

/** What somebody chose, or null. */
export async function findPreference(personId: PersonId, name: PreferenceName): Promise<string | null> {
  const row = await database().preference.findUnique({ where: { personId_name: { personId, name } } })
  return row?.value ?? null
}
