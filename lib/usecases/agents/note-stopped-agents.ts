import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { listStoppedAgents } from '@/lib/data/stopped-agents'
import type { TrailEvent } from '@/lib/domain/events'
import { done } from '@/lib/domain/result'
import type { WireReason } from '@/lib/domain/wire-reasons'

const LOOK_EVERY_SECONDS = 60
const STOPPED_BY: readonly WireReason[] = [
  'grant_revoked',
  'actor_suspended',
  'actor_unknown',
  'person_suspended',
]

/** How often a stopped agent may ask within ten minutes before somebody is told. */
export const STILL_ASKING = { seconds: 600, times: 10, reasons: STOPPED_BY } as const

/**
 * Writes down, once an hour for each, which agents go on asking though their grant is revoked, or they or their person
 * are suspended. Each of their calls was refused; this entry is what people are told of. It looks once a minute.
 */
export async function noteStoppedAgents(): Promise<{ noted: number }> {
  if (!(await isDueOnceIn('stopped agents', LOOK_EVERY_SECONDS))) return { noted: 0 }
  const agents = await listStoppedAgents(await databaseNow(), STILL_ASKING)
  const events = agents.map(
    ({ refused, requestId, ...of }): TrailEvent => ({
      ...{ type: 'agent.persisted', outcome: 'refused', ...of },
      ...(requestId ? { requestId } : {}),
      data: { refused, seconds: STILL_ASKING.seconds },
    }),
  )
  if (events.length > 0) await commit({ via: 'sweeper' }, done(null, ...events))
  return { noted: events.length }
}
