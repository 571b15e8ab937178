import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { type FetchedDomain, listDueDomains, writeRefresh } from '@/lib/data/trust-refresh'
import { done } from '@/lib/domain/result'
import { prepareRefresh, type Sources } from '../facts/bundle-refresh'

/** Longer than fetching takes: no two processes fetch at once. */
const TURN_SECONDS = 10

/**
 * Fetches the bundles whose time has come, by whichever authority asks first. One that cannot be had leaves the last good
 * one in force and holds up no other.
 */
export async function refreshBundles(from: Sources): Promise<{ asked: number }> {
  if (!(await isDueOnceIn('trust bundles', TURN_SECONDS))) return { asked: 0 }
  const due = await listDueDomains()
  const answers = await Promise.allSettled(due.map((domain) => refresh(domain, from)))
  const fault = answers.find((answer) => answer.status === 'rejected')
  if (fault) throw fault.reason
  return { asked: due.length }
}

async function refresh(domain: FetchedDomain, from: Sources): Promise<void> {
  const { events, row } = await prepareRefresh(domain, from)
  await commit({ via: 'sweeper' }, done(null, ...events), (tx) => writeRefresh(tx, domain, row))
}
