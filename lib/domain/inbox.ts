// The browser reads this too, so it stays without a schema library.
import type { TextPart } from './clean-text'
import type { Delegation } from './delegation'
import type { Difference } from './difference'
import type { RequestId, ScopeId } from './ids'
import type { Meanwhile } from './meanwhile'
import type { Sensitivity } from './sensitivity'

/** The chips of "Approvals", in their order. Each is a filter in the URL. */
export const RISK_FILTERS = [
  { key: '', label: 'All' },
  { key: 'high', label: 'High', risk: 3 },
  { key: 'medium', label: 'Medium', risk: 2 },
  { key: 'low', label: 'Low', risk: 1 },
] as const satisfies readonly { key: string; label: string; risk?: Sensitivity }[]

/** Where a request stands in the order of deciding: riskiest first, then oldest. */
export type Place = { risk: Sensitivity; filed: Date; id: string }

/** What of the inbox is looked at. All of it stands in the URL; an empty word narrows nothing. */
export type InboxQuery = { risk: string; agent: string; group: string; after: string }

export const WHOLE_INBOX: InboxQuery = { risk: '', agent: '', group: '', after: '' }

/** From here on waiting requests of one agent fold into one group: they must not push the others out of sight. */
export const MANY_OF_ONE_AGENT = 10

/** How many of somebody's inbox a page shows, and how many may be selected. */
export const INBOX_ROWS = 25

export type InboxScope = {
  id: ScopeId
  action: string
  resource: string
  server: string
  sensitivity: Sensitivity
}

export type LastVote = { by: string; verdict: 'approve' | 'deny'; at: number }

/** One row as it travels to the browser: times in milliseconds since 1970, by the database clock. */
export type InboxRow = {
  id: RequestId
  version: number
  agent: string
  requester: string
  /** What earlier signatures left: what is signed. */
  scopes: InboxScope[]
  sensitivity: Sensitivity
  durationSeconds: number
  /** What earlier signatures capped it to, or null. */
  uses: number | null
  /** The sub-agents it is signed for too. */
  delegation: Delegation | null
  /** What was asked for before any of them. */
  asked: { scopes: number; durationSeconds: number }
  environment: string
  filed: number
  answerBy: number
  stage: { name: string; tenantId: string; groupName: string; quorum: number; counted: number }
  /** Whose places its reader may take: their own under an empty id. */
  signers: { id: string; name: string }[]
  /** Whoever signed this version last. */
  lastVote: LastVote | null
  difference: Difference
  template: { id: string; name: string } | null
  /** What the requester wrote: untrusted. What is invisible in it stands as its code point. */
  words: TextPart[]
  /** Its reader has opened its dialog to approve in the last 5 minutes. */
  isOpened: boolean
}

/** Many requests of one agent, folded. */
export type Crowd = { agent: string; count: number; sensitivity: Sensitivity }

export type Inbox = {
  now: number
  rows: InboxRow[]
  crowds: Crowd[]
  /** What became of rows that the page still shows and that are no longer to be decided. */
  gone: { id: RequestId; meanwhile: Meanwhile }[]
  /** Where the next page begins, or null when this is all. */
  next: string | null
}

const CURSOR = /^([123])_(\d{1,13})_(R-[0-9A-Z]{4,26})$/

export const placeText = ({ risk, filed, id }: Place) => `${risk}_${filed.getTime()}_${id}`

/** A page begins behind a place. Anything else is the first page. */
export function placeFrom(text: string): Place | null {
  const [, risk, filed, id] = CURSOR.exec(text) ?? []
  if (!risk || !filed || !id) return null
  return { risk: risk === '3' ? 3 : risk === '2' ? 2 : 1, filed: new Date(Number(filed)), id }
}

export const riskOf = (key: string): Sensitivity | null => {
  const filter = RISK_FILTERS.find((one) => one.key === key)
  return filter && 'risk' in filter ? filter.risk : null
}

const SLUG = /^[a-z0-9][a-z0-9._:/-]{0,99}$/

const slug = (value: unknown) => (typeof value === 'string' && SLUG.test(value) ? value : '')

/** What an address asks for. Words that mean nothing narrow nothing. */
export function inboxQueryOf(words: Readonly<Record<string, unknown>>): InboxQuery {
  const { risk, agent, group, after } = words
  return {
    risk: typeof risk === 'string' && riskOf(risk) ? risk : '',
    agent: slug(agent),
    group: slug(group),
    after: typeof after === 'string' && placeFrom(after) ? after : '',
  }
}

/** The address of the inbox with this narrowing. */
export function inboxHref(query: InboxQuery, path = '/approvals'): string {
  const words = new URLSearchParams()
  for (const name of ['risk', 'agent', 'group', 'after'] as const)
    if (query[name]) words.set(name, query[name])
  return words.size > 0 ? `${path}?${words}` : path
}
