import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { forgetSomeTold } from '@/lib/data/told-long-ago'
import { NOTICES_KEPT_DAYS, SENT_KEPT_DAYS } from '@/lib/domain/delivery'
import { done } from '@/lib/domain/result'

const AN_HOUR = 3600
const AT_ONCE = 5000
const MOST_TURNS = 20
const DAY_MS = 24 * AN_HOUR * 1000

/** Once an hour: what people were told long ago, and the log of what was sent, make room. The trail keeps what happened. */
export async function forgetTold(): Promise<{ forgotten: number }> {
  if (!(await isDueOnceIn('told long ago', AN_HOUR))) return { forgotten: 0 }
  const now = await databaseNow()
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const before = { notices: daysAgo(NOTICES_KEPT_DAYS), deliveries: daysAgo(SENT_KEPT_DAYS) }
  let forgotten = 0
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    let some = 0
    await commit({ via: 'sweeper' }, done(null), async (tx) => {
      some = await forgetSomeTold(tx, before, AT_ONCE)
    })
    forgotten += some
    if (some < AT_ONCE) break
  }
  return { forgotten }
}
