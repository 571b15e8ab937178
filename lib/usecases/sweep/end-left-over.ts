import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { takeLease } from '@/lib/data/leases'
import { findOpenThings, listLeftOver } from '@/lib/data/open-things'
import { endOpenThings } from '@/lib/data/write-offboarding'
import { endedEvents } from '@/lib/domain/people-events'
import { done } from '@/lib/domain/result'

const LEASE_SECONDS = 10

/**
 * Ends what disabled people, and people without any role, still have stored as open. Of the disabled their own row has
 * decided it long before; of the others this is what a filing left that came between reading and ending.
 */
export async function endLeftOver(holder: string): Promise<{ people: number }> {
  if ((await takeLease('left over', holder, LEASE_SECONDS)) === null) return { people: 0 }
  const now = await databaseNow()
  const people = await listLeftOver(now)
  for (const { personId, tenantId, because } of people) {
    const things = await findOpenThings(personId, now)
    const events = endedEvents(personId, things, { tenantId, because })
    await commit({ via: 'sweeper' }, done(personId, ...events), (tx) =>
      endOpenThings(tx, personId, things, { by: personId, now }),
    )
  }
  return { people: people.length }
}
