import type { PersonId } from '@/lib/domain/ids'
import type { Standing } from '@/lib/domain/place'
import { listRepresented } from './deputies'
import { listPersonNames } from './people'

export type Represented = Standing & { name: string }

/** Whom this person may sign for at this moment, by name. */
export async function listStandings(deputyId: PersonId, now: Date): Promise<Represented[]> {
  const all = await listRepresented(deputyId, now)
  const names = await listPersonNames(all.map(({ personId }) => personId))
  return [...new Set(all.map(({ personId }) => personId))].map((personId) => ({
    personId,
    name: names.get(personId) ?? personId,
    in: all.filter((one) => one.personId === personId),
  }))
}
