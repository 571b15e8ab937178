import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { takeLease } from '@/lib/data/leases'
import { listMailAddresses } from '@/lib/data/mail-addresses'
import { newId } from '@/lib/data/new-id'
import { isBehindHead, readBehindCursor } from '@/lib/data/noted-events'
import { listReach } from '@/lib/data/preferences'
import { listTold } from '@/lib/data/webhooks'
import { insertDeliveries, type NewDelivery } from '@/lib/data/write-deliveries'
import { insertNotices, moveCursor, type NewNotice } from '@/lib/data/write-notices'
import type { NotedEvent, Told } from '@/lib/domain/notice'
import { reaches } from '@/lib/domain/reach'
import { done } from '@/lib/domain/result'
import { TOLD_EVENTS, tell } from '@/lib/domain/tell'
import { settings } from '../facts/settings'
import { tellFacts } from '../facts/tell'

const LEASE_SECONDS = 10
const AT_ONCE = 50
const CURSOR = 'notices'

type News = { event: NotedEvent; told: Told }

async function newsOf(events: readonly NotedEvent[], now: Date): Promise<News[]> {
  const news: News[] = []
  for (const event of events) {
    const told = tell(event, await tellFacts(event, now))
    if (told) news.push({ event, told })
  }
  return news
}

type Addressed = { notices: NewNotice[]; deliveries: NewDelivery[] }

const deliveryOf = (
  { event: { tenantId, leaf, at }, kind, says, requestId }: Omit<Told, 'recipients'> & { event: NotedEvent },
  { channel, target, now }: Pick<NewDelivery, 'channel' | 'target'> & { now: Date },
): NewDelivery => {
  const of = { kind, says, requestId, tenantId, leaf, at }
  return { ...of, id: newId('DeliveryId'), subject: requestId ?? `${leaf}`, channel, target, made: now }
}

/** Who is told where: by what each person chose, and where they can be written to. */
async function address(news: readonly News[], now: Date): Promise<Addressed> {
  const people = news.flatMap(({ told }) => told.recipients)
  const [reach, webhooks, mails] = await Promise.all([
    listReach(people),
    listTold(news.map(({ event }) => event.tenantId)),
    settings().passwords ? listMailAddresses(people) : new Map<string, string>(),
  ])
  const each = news.flatMap(({ event, told: { recipients, ...told } }) =>
    recipients.map((personId) => ({ ...told, personId, event })),
  )
  const notices = each
    .filter(({ personId, kind }) => reaches(reach(personId), 'app', kind))
    .map(({ event: { tenantId, leaf, at }, ...one }): NewNotice => ({ ...one, tenantId, leaf, at }))
  const mailed = each
    .filter(({ personId, kind }) => mails.has(personId) && reaches(reach(personId), 'mail', kind))
    .map((one) => deliveryOf(one, { channel: 'mail', target: one.personId, now }))
  const posted = news.flatMap(({ event, told }) =>
    webhooks
      .filter(({ tenantId, kinds }) => tenantId === event.tenantId && kinds.includes(told.kind))
      .map(({ id }) => deliveryOf({ ...told, event }, { channel: 'webhook', target: id, now })),
  )
  return { notices, deliveries: [...mailed, ...posted] }
}

/**
 * Reads on in the trail and writes down what people are told, with how far was read: both or neither, so that each
 * entry is told once, whoever follows and wherever they are killed. One process at a time does it; a lost wake-up
 * costs delay and nothing else. Says whether there is more.
 */
export async function noteNotices(holder: string): Promise<{ isMore: boolean }> {
  // Where nothing happens nothing is written, not even a lease.
  if (!(await isBehindHead(CURSOR))) return { isMore: false }
  const fence = await takeLease(CURSOR, holder, LEASE_SECONDS)
  if (fence === null) return { isMore: false }
  const reading = await readBehindCursor(CURSOR, TOLD_EVENTS, AT_ONCE)
  if (!reading) return { isMore: false }
  const { events, isMore, ...span } = reading
  const now = await databaseNow()
  const { notices, deliveries } = await address(await newsOf(events, now), now)
  const written = await commit({ via: 'sweeper' }, done(null), async (tx) => {
    await moveCursor(tx, { name: CURSOR, ...span, fence })
    await insertNotices(tx, notices)
    await insertDeliveries(tx, deliveries)
  })
  return { isMore: written.ok && isMore }
}
