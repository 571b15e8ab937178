import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { takeLease } from '@/lib/data/leases'
import { forgetOutOfTime, listOverdue, noteOverdue, type Overdue } from '@/lib/data/overdue'
import type { TrailEvent } from '@/lib/domain/events'
import { done } from '@/lib/domain/result'

const LEASE_SECONDS = 10

const eventOf = ({
  requestId,
  grantId,
  requesterId,
  agentId,
  tenantId,
  decisionIds,
}: Overdue): TrailEvent => {
  const about = { tenantId, agentId, requestId, humanId: requesterId, decisionIds, outcome: 'done' } as const
  return grantId ? { type: 'grant.expired', ...about, grantId } : { type: 'request.lapsed', ...about }
}

/** Writes down what time has already decided. One process at a time does it; nothing waits for it. */
export async function noteExpiries(holder: string): Promise<{ noted: number }> {
  if ((await takeLease('sweeper', holder, LEASE_SECONDS)) === null) return { noted: 0 }
  const now = await databaseNow()
  const { requests, grants } = await listOverdue(now)
  for (const overdue of [...requests, ...grants])
    await commit({ via: 'sweeper' }, done(overdue, eventOf(overdue)), (tx) => noteOverdue(tx, overdue, now))
  await commit({ via: 'sweeper' }, done(now), (tx) => forgetOutOfTime(tx, now))
  return { noted: requests.length + grants.length }
}
