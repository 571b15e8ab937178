import type { DeliveryId, RequestId, TenantId } from './ids'
import type { NoticeKind } from './notice'

/** Why a delivery did not arrive, in the words of its log. */
export const DELIVERY_FAILURES = {
  answer: 'The receiver answered with an error.',
  redirect: 'The receiver answered with a redirect. None is followed.',
  timeout: 'The receiver did not answer in time.',
  refused: 'Nothing listens at this address.',
  lost: 'The connection broke.',
  tls: 'The receiver’s certificate is not valid.',
  no_address: 'The name has no address.',
  not_allowed: 'The address is one that is not called from here.',
  not_sealed: 'What was sealed does not open with COUNTERSIGN_SECRET.',
  gone: 'Nobody is left to be told at this address.',
  mail: 'The mail server did not take it.',
} as const satisfies Record<string, string>

export type DeliveryFailure = keyof typeof DELIVERY_FAILURES

export const DELIVERY_STATES = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  given_up: 'Given up',
} as const satisfies Record<string, string>
export type DeliveryState = keyof typeof DELIVERY_STATES

export type DeliveryChannel = 'mail' | 'webhook'

/** A notice on its way out of the house, with the version that was read: how often it was tried. */
export type Delivery = {
  id: DeliveryId
  channel: DeliveryChannel
  target: string
  tenantId: TenantId
  kind: NoticeKind | 'test'
  requestId: RequestId | null
  says: string
  at: Date
  leaf: number | null
  attempts: number
  made: Date
}

const WAITS_SECONDS = [10, 60, 300, 600, 900, 1800]
const LONGEST_WAIT_SECONDS = 3600

/** What nobody took for this long is given up. */
export const GIVE_UP_SECONDS = 3 * 24 * 60 * 60

/** How long a bell keeps what it told, and a log what was sent. What was given up is in neither for longer. */
export const NOTICES_KEPT_DAYS = 90
export const SENT_KEPT_DAYS = 30

/** A receiver that has taken nothing for this long is suspended. */
export const SUSPEND_AFTER_SECONDS = 24 * 60 * 60

/** When to try again after so many attempts. `random`, from 0 to 1, spreads those that failed together. */
export function nextTry(attempts: number, now: Date, random: number): Date {
  const wait = WAITS_SECONDS[attempts - 1] ?? LONGEST_WAIT_SECONDS
  return new Date(now.getTime() + Math.round(wait * (0.8 + 0.4 * random) * 1000))
}

export const isGivenUp = (made: Date, now: Date): boolean =>
  now.getTime() - made.getTime() > GIVE_UP_SECONDS * 1000

export const isToSuspend = (failingSince: Date | null, now: Date): boolean =>
  failingSince !== null && now.getTime() - failingSince.getTime() >= SUSPEND_AFTER_SECONDS * 1000
