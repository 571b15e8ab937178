import { signWebhook } from '@/lib/credentials/webhook-signature'
import { databaseNow } from '@/lib/data/clock'
import { listMailAddresses } from '@/lib/data/mail-addresses'
import type { findSealedWebhook } from '@/lib/data/webhooks'
import type { Delivery, DeliveryFailure } from '@/lib/domain/delivery'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { PersonId } from '@/lib/domain/ids'
import { NOTICE_TITLES, placeOf } from '@/lib/domain/notice'
import { messageBody } from '@/lib/domain/webhook-message'
import { noticeLetter } from '@/lib/mail/letters'
import { sendMail } from '@/lib/mail/send-mail'
import { post } from '@/lib/signals/post'
import { settings } from './settings'
import { openWebhook } from './webhook-seal'

export type Sent = { status: number | null; failure: DeliveryFailure | null }

const GONE: Sent = { status: null, failure: 'gone' }

/** Hands a notice to the mail server. Who is disabled or has no address any more is written to no more. */
export async function sendByMail(delivery: Delivery): Promise<Sent> {
  const { passwords: mail, consoleUrl } = settings()
  const person = PersonId.parse(delivery.target)
  const to = (await listMailAddresses([person])).get(person)
  if (!mail || !to || delivery.kind === 'test') return GONE
  const { says, requestId: about, kind } = delivery
  const letter = noticeLetter({
    consoleUrl,
    title: NOTICE_TITLES[kind],
    says,
    about,
    path: placeOf(delivery),
  })
  try {
    await sendMail(mail, to, letter, { isPlain: true, id: delivery.id })
    return { status: null, failure: null }
  } catch (fault) {
    return { status: replyOf(fault), failure: 'mail' }
  }
}

/** What the mail server answered (RFC 5321 §4.2). Null: it did not. */
const replyOf = (fault: unknown): number | null =>
  fault instanceof Error && 'responseCode' in fault && typeof fault.responseCode === 'number'
    ? fault.responseCode
    : null

type Sealed = NonNullable<Awaited<ReturnType<typeof findSealedWebhook>>>

/** Posts a notice to an address outside, signed at the moment it leaves. */
export async function sendToWebhook(delivery: Delivery, { id, form, sealed }: Sealed): Promise<Sent> {
  const opened = openWebhook(id, sealed)
  if (!opened) return { status: null, failure: 'not_sealed' }
  const { url, secret } = opened
  const body = messageBody(form, delivery, settings().consoleUrl)
  const signed = secret ? signWebhook(secret, { id: delivery.id, at: await databaseNow(), body }) : {}
  const headers = { 'content-type': 'application/json', 'user-agent': 'Countersign', ...signed }
  return post({ url: new URL(url), body, headers, permit: webhookPermit(settings()) })
}
