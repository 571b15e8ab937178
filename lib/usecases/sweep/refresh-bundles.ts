import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { type DueDomain, listDueDomains, writeRefresh } from '@/lib/data/trust-refresh'
import type { TrailEvent } from '@/lib/domain/events'
import type { Permit } from '@/lib/domain/outgoing-address'
import { done } from '@/lib/domain/result'
import { bundleFileOf, bundleWords, isOlder, RETRY_SECONDS, refreshSeconds } from '@/lib/domain/trust-bundle'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { readBundleFile } from '@/lib/signals/bundle-file'
import { fetchJson } from '@/lib/signals/fetch-json'
import { canonicalJson } from '@/lib/trail/canonical'

/** Longer than fetching takes: no two processes fetch at once. */
const TURN_SECONDS = 10

/** Which addresses may be asked, and the folder that files are read from. */
type Sources = { permit: Permit; bundles: string | null }

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

type Had = { ok: true; bundle: DueDomain['bundle']; hint: number | null } | { ok: false; problem: string }

function answerOf(source: string, { permit, bundles }: Sources) {
  const file = bundleFileOf(source)
  return file === null ? fetchJson({ url: new URL(source), permit }) : readBundleFile(bundles, file)
}

async function fetchBundle({ url, bundle: before }: DueDomain, from: Sources): Promise<Had> {
  const answer = await answerOf(url, from)
  if (!answer.ok) return answer
  const reading = parseSpiffeBundle(answer.value)
  if (!reading.ok) return reading
  if (isOlder(answer.value, before))
    return {
      ok: false,
      problem: 'What is there is older than what is believed: the sequence is lower or missing.',
    }
  return { ok: true, bundle: answer.value as DueDomain['bundle'], hint: reading.bundle.refreshHintSeconds }
}

async function refresh(domain: DueDomain, from: Sources): Promise<void> {
  const had = await fetchBundle(domain, from)
  const now = await databaseNow()
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  if (!had.ok) {
    const isNew = domain.problem === null
    const event = eventOf('trust.refresh_failed', domain, { problem: had.problem })
    const failed = { nextRefresh: after(RETRY_SECONDS), problem: had.problem }
    await commit({ via: 'sweeper' }, done(null, ...(isNew ? [event] : [])), (tx) =>
      writeRefresh(tx, domain, failed),
    )
    return
  }
  // The database gives members back in another order.
  const isSame = canonicalJson(had.bundle) === canonicalJson(domain.bundle)
  const words = { before: bundleWords(domain), after: bundleWords({ ...domain, bundle: had.bundle }) }
  const refreshed = { refreshed: now, nextRefresh: after(refreshSeconds(had.hint)), problem: null }
  const events = isSame ? [] : [eventOf('trust.refreshed', domain, words)]
  await commit({ via: 'sweeper' }, done(null, ...events), (tx) =>
    writeRefresh(tx, domain, { ...refreshed, ...(isSame ? {} : { bundle: had.bundle }) }),
  )
}

const eventOf = (
  type: 'trust.refreshed' | 'trust.refresh_failed',
  { name, tenantId }: DueDomain,
  data: Record<string, string>,
): TrailEvent => ({
  ...{ type, outcome: type === 'trust.refreshed' ? 'done' : 'refused', tenantId },
  data: { trustDomain: name, ...data },
})
