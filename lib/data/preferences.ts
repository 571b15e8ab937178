import type { PersonId } from '@/lib/domain/ids'
import type { PreferenceName } from '@/lib/domain/preference'
import type { Reach } from '@/lib/domain/reach'
import { reachOf } from '@/lib/domain/stored-reach'
import { database, pool } from './database'

const CHOSEN = 'select value from preference where person_id = $1 and name = $2'

/** What somebody chose, or null. */
export async function findPreference(personId: PersonId, name: PreferenceName): Promise<string | null> {
  const { rows } = await pool().query<{ value: string }>(CHOSEN, [personId, name])
  return rows[0]?.value ?? null
}

/** What these people chose to be told, and where. */
export async function listReach(people: readonly PersonId[]): Promise<(personId: PersonId) => Reach> {
  const rows = await database().preference.findMany({
    where: { name: 'notices', personId: { in: [...new Set(people)] } },
  })
  const stored = new Map(rows.map(({ personId, value }) => [personId, value]))
  return (personId) => reachOf(stored.get(personId) ?? null)
}
