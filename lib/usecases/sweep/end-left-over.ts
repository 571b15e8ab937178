import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { takeLease } from '@/lib/data/leases'
import { findOpenThings, listLeftOver } from '@/lib/data/open-things'
import { endOpenThings } from '@/lib/data/write-offboarding'
import { endedEvents } from '@/lib/domain/people-events'
import { done } from '@/lib/domain/result'

const LEASE_SECONDS = 10

/** Writes down that what disabled people still have stored as open has ended. Their own row has decided it long before. */
export async function endLeftOver(holder: string): Promise<{ people: number }> {
  if ((await takeLease('left over', holder, LEASE_SECONDS)) === null) return { people: 0 }
  const now = await databaseNow()
  const people = await listLeftOver(now)
  for (const { personId, tenantId } of people) {
    const things = await findOpenThings(personId, now)
    await commit({ via: 'sweeper' }, done(personId, ...endedEvents(personId, things, tenantId)), (tx) =>
      endOpenThings(tx, personId, things, { by: personId, now }),
    )
  }
  return { people: people.length }
}
