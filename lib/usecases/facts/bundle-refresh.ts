import { databaseNow } from '@/lib/data/clock'
import type { FetchedDomain, RefreshedRow } from '@/lib/data/trust-refresh'
import type { TrailEvent } from '@/lib/domain/events'
import type { PersonId } from '@/lib/domain/ids'
import type { Permit } from '@/lib/domain/outgoing-address'
import {
  bundleFileOf,
  bundleWords,
  isOlder,
  RETRY_SECONDS,
  type Refreshing,
  refreshSeconds,
} from '@/lib/domain/trust-bundle'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { readBundleFile } from '@/lib/signals/bundle-file'
import { fetchJson } from '@/lib/signals/fetch-json'
import { canonicalJson } from '@/lib/trail/canonical'

/** Which addresses may be asked, and the folder that files are read from. */
export type Sources = { permit: Permit; bundles: string | null }

/** What came of fetching a bundle, to be written with its events. */
export type PreparedRefresh = {
  came: Refreshing
  events: readonly TrailEvent[]
  row: RefreshedRow
}

type Had = { ok: true; bundle: FetchedDomain['bundle']; hint: number | null } | { ok: false; problem: string }

function answerOf(source: string, { permit, bundles }: Sources) {
  const file = bundleFileOf(source)
  return file === null ? fetchJson({ url: new URL(source), permit }) : readBundleFile(bundles, file)
}

async function fetchBundle({ url, bundle: before }: FetchedDomain, from: Sources): Promise<Had> {
  const answer = await answerOf(url, from)
  if (!answer.ok) return answer
  const reading = parseSpiffeBundle(answer.value)
  if (!reading.ok) return reading
  if (isOlder(answer.value, before))
    return {
      ok: false,
      problem: 'What is there is older than what is believed: the sequence is lower or missing.',
    }
  return {
    ...{ ok: true, hint: reading.bundle.refreshHintSeconds },
    bundle: answer.value as FetchedDomain['bundle'],
  }
}

/** Fetches the bundle of a trust domain once. One that cannot be had leaves the last good one in force. */
export async function prepareRefresh(
  domain: FetchedDomain,
  from: Sources,
  humanId: PersonId | null = null,
): Promise<PreparedRefresh> {
  const had = await fetchBundle(domain, from)
  const now = await databaseNow()
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  if (!had.ok) {
    const { problem } = had
    const isNew = domain.problem === null
    return {
      came: { kind: 'failed', problem },
      events: isNew ? [eventOf('trust.refresh_failed', domain, humanId, { problem })] : [],
      row: { nextRefresh: after(RETRY_SECONDS), problem },
    }
  }
  // The database gives members back in another order.
  const isSame = canonicalJson(had.bundle) === canonicalJson(domain.bundle)
  const words = { before: bundleWords(domain), after: bundleWords({ ...domain, bundle: had.bundle }) }
  const refreshed = { refreshed: now, nextRefresh: after(refreshSeconds(had.hint)), problem: null }
  return {
    came: { kind: isSame ? 'unchanged' : 'changed', words: words.after },
    events: isSame ? [] : [eventOf('trust.refreshed', domain, humanId, words)],
    row: { ...refreshed, ...(isSame ? {} : { bundle: had.bundle }) },
  }
}

const eventOf = (
  type: 'trust.refreshed' | 'trust.refresh_failed',
  { name, tenantId }: FetchedDomain,
  humanId: PersonId | null,
  data: Record<string, string>,
): TrailEvent => ({
  ...{ type, outcome: type === 'trust.refreshed' ? 'done' : 'refused', tenantId },
  ...(humanId ? { humanId } : {}),
  data: { trustDomain: name, ...data },
})
