import type { PersonId } from '@/lib/domain/ids'
import { database } from './database'

/** Where these people can be written to: those who are not disabled and whose address is known here. */
export async function listMailAddresses(people: readonly PersonId[]): Promise<ReadonlyMap<string, string>> {
  const rows = await database().password.findMany({
    where: { personId: { in: [...new Set(people)] }, person: { disabled: null } },
    select: { personId: true, email: true },
  })
  return new Map(rows.map(({ personId, email }) => [personId, email]))
}
