import { asked } from '@/tests/harness/accounts'
import { type Child, messageOf } from '../child'
import { quantile } from '../figures'
import type { Reply } from '../wire'
import { type Caller, exchangeRequest } from './callers'
import type { Done, Job } from './load'

export type Prepare = (count: number) => string[]

/** Exchanges of these callers in turn: workload JWT and mandate as they were sent before, a DPoP proof of its own each. */
export function exchanges(callers: readonly Caller[], issuer: string): Prepare {
  const kept = callers.map((caller) => ({
    ...{ caller, texts: { mandate: caller.mandate(), workload: caller.workload() } },
  }))
  return (count) =>
    Array.from({ length: count }, (_, at) => {
      const one = kept[at % kept.length]
      if (!one) throw new Error('There is no caller.')
      return exchangeRequest(one.caller, `${issuer}/oauth/token`, one.texts)
    })
}

/** Has the load process do a job. */
export async function send(load: Child, job: Job): Promise<Done> {
  const done = messageOf(load)
  load.process.send(job)
  return (await done) as Done
}

/** The id of the token that was answered with. */
export function issuedId({ body }: Reply): string {
  const [, claims = ''] = String(JSON.parse(body).access_token).split('.')
  return String(JSON.parse(Buffer.from(claims, 'base64url').toString()).jti)
}

export type Issues = { count: number; tookMs: number; rate: number; p50: number; p99: number }

/** Has exchanges sent, each of which has to come to a token of its own. */
export async function issueAll(load: Child, job: Job): Promise<Issues> {
  const { tookMs, replies } = await send(load, job)
  const refused = replies.find(({ status }) => status !== 200)
  if (refused) throw new Error(`An issue was answered with ${refused.status}: ${refused.body.slice(0, 200)}`)
  const count = replies.length
  if (new Set(replies.map(issuedId)).size !== count) throw new Error('Two tokens have one id.')
  const taken = replies.map(({ ms }) => ms)
  return {
    ...{ count, tookMs, rate: (count / tookMs) * 1000 },
    ...{ p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) },
  }
}

/** How many credentials are stored in this database, each with its event and in a trail without a gap. */
export async function storedIn(url: string): Promise<number> {
  const [row] = await asked(
    url,
    `select (select count(*)::int from credential) as credentials,
       (select count(*)::int from trail_event where type = 'credential.issued') as events,
       (select next_leaf = (select count(*) from trail_event) from trail_head) as dense`,
  )
  if (!row?.dense || row.events !== row.credentials)
    throw new Error(`The trail and the credentials differ: ${JSON.stringify(row)}.`)
  return Number(row.credentials)
}

/** Runs something that issues so many, and finds every one of them stored. */
export async function withAllStored<T>(url: string, work: () => Promise<T>, issued: (of: T) => number) {
  const before = await storedIn(url)
  const value = await work()
  const stored = (await storedIn(url)) - before
  if (stored !== issued(value)) throw new Error(`${issued(value)} tokens came and ${stored} are stored.`)
  return value
}
