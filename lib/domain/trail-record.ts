import type { EventOutcome, EventType } from './events'
import type { Tone } from './status'
import type { Step } from './trail-time'

/** One entry of the trail as a list shows it. */
export type TrailRow = {
  leaf: number
  at: Date
  type: EventType
  outcome: EventOutcome
  human: { id: string; name: string } | null
  agent: { id: string; slug: string } | null
  requestId: string | null
  grantId: string | null
  credentialId: string | null
  decisionIds: readonly string[]
  policyIds: readonly string[]
  data: Readonly<Record<string, unknown>>
}

/** One entry with everything that is stored of it. */
export type TrailEntry = TrailRow & {
  /** The canonical JSON that the log holds. */
  entry: string
  leafHash: string
  via: string
  isSeeded: boolean
  /** Free text beside its commitment; null once redacted. */
  texts: readonly { name: string; salt: string; text: string | null }[]
}

export const FACETS = { event: 'Event', outcome: 'Outcome', human: 'Human', policy: 'Policy' } as const
export type Facet = keyof typeof FACETS
export type FacetValue = { value: string; label: string; count: number }

export type Slot = { at: Date; count: number; refused: number }

/** What the newest matching entries are made of. Counting stops at a bound, so that it always answers. */
export type TrailSummary = {
  total: number
  refused: number
  isCapped: boolean
  facets: Readonly<Record<Facet, readonly FacetValue[]>>
  histogram: { step: Step; slots: readonly Slot[] } | null
}

type Went = Pick<TrailRow, 'type' | 'outcome'>

const LIVE: readonly EventType[] = [
  'grant.opened',
  'credential.issued',
  'agent.resumed',
  'proposal.activated',
]
const GOOD: readonly EventType[] = [
  'approval.signed',
  'stage.closed',
  'grant.completed',
  'break_glass.reviewed',
]
const BAD: readonly EventType[] = [
  'grant.revoked',
  'agent.suspended',
  'person.disabled',
  'approval.voided',
  'request.denied',
  'break_glass.used',
  'credential.revoked',
]

/** The glyph an entry is drawn with. */
export function toneOfEntry({ type, outcome }: Went): Tone {
  if (outcome === 'refused' || BAD.includes(type)) return 'bad'
  if (outcome === 'held') return 'wait'
  if (LIVE.includes(type)) return 'live'
  return outcome === 'allowed' || GOOD.includes(type) ? 'good' : 'neutral'
}

const TOLD = [
  'stage',
  'reason',
  'action',
  'server',
  'slug',
  'group',
  'role',
  'template',
  'serial',
  'kid',
  'act',
  'change',
]

/** The few words beside an event's name: what it was about. */
export function aboutEntry({ type, requestId, grantId, data }: TrailRow): string {
  const [told] = TOLD.map((name) => data[name]).filter((value) => typeof value === 'string')
  if (/^(grant|mandate)\./.test(type)) return grantId ?? requestId ?? ''
  if (type === 'request.filed' || type === 'request.withdrawn') return requestId ?? ''
  return told === undefined ? (requestId ?? '') : String(told)
}
