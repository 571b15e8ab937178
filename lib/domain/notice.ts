import type { EventOutcome, EventType } from './events'
import type { PersonId, RequestId, TenantId } from './ids'

/** Everything somebody can be told, in the words of the settings. */
export const NOTICE_KINDS = {
  waits: 'A request waits for a signature of mine',
  proposed: 'An agent of mine proposes a request',
  reminder: 'A stage I may sign waits for long or was escalated',
  answered: 'A request of mine was decided or narrowed',
  revoked: 'A grant was revoked',
  stopped: 'A stopped agent keeps asking',
  proposal: 'A proposal waits for an administrator',
  comment: 'Somebody commented on a request I take part in',
  glass: 'Somebody broke glass, or a use of mine was reviewed',
  webhook: 'A webhook was suspended',
} as const satisfies Record<string, string>

/** The same, for whoever is told of everybody's. */
export const NOTICE_SUBJECTS = {
  waits: 'A request waits for a signature',
  proposed: 'An agent proposes a request to its human',
  reminder: 'A stage waits for long or was escalated',
  answered: 'A request was decided or narrowed',
  revoked: 'A grant was revoked',
  stopped: 'A stopped agent keeps asking',
  proposal: 'A proposal waits for an administrator',
  comment: 'Somebody commented on a request',
  glass: 'Somebody broke glass, or it was reviewed',
  webhook: 'A webhook was suspended',
} as const satisfies Record<NoticeKind, string>

/** The subject of a mail, and the title of a message elsewhere. What it is about is named by its id only. */
export const NOTICE_TITLES = {
  waits: 'A request waits for your signature',
  proposed: 'An agent asks you for more',
  reminder: 'A request still waits for your signature',
  answered: 'Your request was decided or narrowed',
  revoked: 'A grant was revoked',
  stopped: 'A stopped agent keeps asking',
  proposal: 'A proposal waits for an administrator',
  comment: 'A comment on a request',
  glass: 'Break-glass was used or reviewed',
  webhook: 'A webhook was suspended',
} as const satisfies Record<NoticeKind, string>

export type NoticeKind = keyof typeof NOTICE_KINDS

export const isNoticeKind = (kind: string): kind is NoticeKind => Object.hasOwn(NOTICE_KINDS, kind)

/** Every kind, in the order of the table. */
export const ALL_KINDS: readonly NoticeKind[] = Object.keys(NOTICE_KINDS).filter(isNoticeKind)

/** An entry of the trail that somebody may have to be told of. */
export type NotedEvent = {
  leaf: number
  at: Date
  type: EventType
  outcome: EventOutcome
  tenantId: TenantId
  requestId: RequestId | null
  /** Whose act it was. Nobody is told of what they did themselves. */
  by: PersonId | null
  /** The stage it is of. */
  stage: { name: string; tenantId: string } | null
  /** A signature that gives less than was asked. */
  isNarrowing: boolean
}

/** What there is to say of one entry, and to whom. Computed words only: nothing that anybody typed. */
export type Told = {
  kind: NoticeKind
  says: string
  requestId: RequestId | null
  recipients: readonly PersonId[]
}

/** One notice of one person, as their bell shows it. */
export type NoticeRow = {
  leaf: number
  kind: NoticeKind
  says: string
  requestId: RequestId | null
  /** In milliseconds since 1970. */
  at: number
  isRead: boolean
}

/** What a bell shows of one person's own notices. */
export type Notices = {
  /** The newest, newest first. */
  rows: NoticeRow[]
  /** How many are unread, counted up to a hundred. */
  unread: number
  /** Whether the trail was read to its head, so that nothing is about to come. */
  isCaughtUp: boolean
  /** The database's clock, in milliseconds since 1970. */
  now: number
}

/** The page a notice leads to. */
export const placeOf = ({ requestId }: Pick<NoticeRow, 'requestId'>): string =>
  requestId ? `/requests/${requestId}` : '/settings'
