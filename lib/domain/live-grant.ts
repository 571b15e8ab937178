// The browser reads this too, so it stays without a schema library.
import type { GrantId, RequestId } from './ids'
import type { Sensitivity } from './sensitivity'

/** The chips of "Live grants", in their order. Each is a filter in the URL. */
export const LIVE_FILTERS = [
  { key: 'all', label: 'All' },
  { key: 'ending', label: 'Ends in 5 min' },
  { key: 'countersigned', label: 'Countersigned' },
  { key: 'unused', label: 'Unused' },
] as const

export type LiveFilter = (typeof LIVE_FILTERS)[number]['key']

/** Anything but a filter is all of them. */
export const liveFilterOf = (value: unknown): LiveFilter =>
  LIVE_FILTERS.find(({ key }) => key === value)?.key ?? 'all'

/** A grant that ended stays in the list this long, with how it ended. */
export const STAYS_SECONDS = 15 * 60

/** What "Ends in 5 min" means. */
export const ENDING_SECONDS = 5 * 60

export type Bound = {
  server: string
  check: 'offline' | 'introspection'
  /** When the last token for this server ends, in milliseconds, or null when none was issued. */
  lastTokenEnds: number | null
}

/** One row of "Live grants" as it travels to the browser: times in milliseconds since 1970, by the database clock. */
export type LiveGrant = {
  id: GrantId
  requestId: RequestId
  agent: string
  /** The agent whose grant this one stands below, if any. */
  handedOnBy: string | null
  requester: string
  scopes: number
  /** Of the riskiest scope. */
  action: string
  sensitivity: Sensitivity
  /** The requester's signature and each countersignature. */
  signed: number
  /** How many uses it was given and how many are left. Null together: nobody counts. */
  uses: number | null
  usesLeft: number | null
  status: 'live' | 'completed' | 'revoked' | 'expired'
  opened: number
  expires: number
  ended: number | null
  endedBy: string | null
  seen: { at: number; says: string } | null
  mayRevoke: boolean
  /** Filed by the one who looks: they may file it again. */
  isOwn: boolean
  bounds: Bound[]
}

export type LiveGrants = {
  now: number
  rows: LiveGrant[]
  counts: Record<LiveFilter, number>
  /** Where the next page begins, or null when this is all. */
  next: string | null
}

const CURSOR = /^(\d{1,13})_(G-[0-9A-Z]{4,26})$/

/** A page begins behind a grant: when it was opened, and which. Anything else is the first page. */
export function cursorOf(text: string | null | undefined): { opened: Date; id: string } | null {
  const [, opened, id] = CURSOR.exec(text ?? '') ?? []
  return opened && id ? { opened: new Date(Number(opened)), id } : null
}

export const cursorText = (grant: { opened: number; id: string }) => `${grant.opened}_${grant.id}`

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const clockOf = (ms: number) => `${new Date(ms).toISOString().slice(11, 19)} UTC`

function offlineBound({ server, lastTokenEnds }: Bound, now: number): string {
  if (lastTokenEnds === null) return `${server} verifies offline: it was given no token.`
  if (lastTokenEnds <= now)
    return `${server} verifies offline: its last token ended at ${clockOf(lastTokenEnds)}.`
  return `${server} verifies offline: refuses when its last token ends at ${clockOf(lastTokenEnds)}.`
}

/** What the end of a grant means for each of its resource servers, in sentences. */
export function boundSentences(bounds: readonly Bound[], now: number): string[] {
  const online = bounds.filter(({ check }) => check === 'introspection').map(({ server }) => server)
  const offline = bounds.filter(({ check }) => check === 'offline')
  const verb = online.length === 1 ? 'asks' : 'ask'
  return [
    ...(online.length > 0 ? [`${listed(online)} ${verb} at every call: refused from now on.`] : []),
    ...offline.map((bound) => offlineBound(bound, now)),
  ]
}
