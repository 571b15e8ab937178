import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { takeLease } from '@/lib/data/leases'
import { findRequest, findVotingFacts } from '@/lib/data/requests'
import { listMarked, type Marked, passMark } from '@/lib/data/stage-marks'
import { openStages } from '@/lib/domain/approval'
import { votableOf } from '@/lib/domain/request-record'
import { done } from '@/lib/domain/result'
import { clockOf, marksOf } from '@/lib/domain/stage-clock'
import { markEvent } from '@/lib/domain/stage-events'

const LEASE_SECONDS = 10

/**
 * Writes down that half the time of a stage is over and that it has escalated. Both are facts of time already: who
 * may sign does not wait for this. One process at a time does it, and the row of the request lets each be written once.
 */
export async function noteStageMarks(holder: string): Promise<{ noted: number }> {
  if ((await takeLease('stage marks', holder, LEASE_SECONDS)) === null) return { noted: 0 }
  const now = await databaseNow()
  let noted = 0
  for (const marked of await listMarked(now)) noted += await noteMarks(marked, now)
  return { noted }
}

async function noteMarks(marked: Marked, now: Date): Promise<number> {
  const request = await findRequest(marked.requestId)
  if (!request) return 0
  const open = openStages(votableOf(request, await findVotingFacts(request), now))
  const due = open
    .flatMap((stage) => marksOf(stage, request.waitEnds))
    .filter(({ at }) => at >= marked.nextMark && at <= now)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  const { nextMark: next } = clockOf(open, request.waitEnds, new Date(now.getTime() + 1))
  const events = due.map((mark) => markEvent(request, mark))
  const written = await commit({ via: 'sweeper' }, done(due.length, ...events), (tx) =>
    passMark(tx, marked, { rev: request.rev, next }),
  )
  return written.ok ? due.length : 0
}
