import { createRemoteJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'
import { pool } from '@/lib/data/database'
import type { Child } from '../child'
import { cpuOf } from '../cpu'
import { quantile } from '../figures'
import type { Kept } from './authority'
import { send } from './issuing'
import type { Variant } from './variants'

/** A server under load: where it is, who signs its tokens, what it costs, and how many it has stored by now. */
export type Target = {
  port: number
  jwks: URL
  issuer: string
  pid: () => number | undefined
  stored: () => Promise<number>
}

export type Round = {
  rate: number
  p50: number
  p99: number
  /** Processor time per answered request, in milliseconds. */
  serverMs: number
  databaseMs: number
  clientMs: number
  tokens: number
  failed: number
  /** Why the first that failed did. */
  failure: string
  /** Workload JWTs and mandates taken as verified a moment before. */
  kept: number
  /** Answers of policy that were needed, and those it had given a moment before. */
  answers: Kept
}

export type Bench = {
  load: Child
  targets: Record<Variant['server'], Target>
  databaseCpu: () => number
  keptProofs: () => Promise<number>
  answers: () => Promise<Kept>
  /** Starts the authority again when it has ended by itself. */
  mend: () => Promise<unknown>
  connections: number
}

const Answer = z.object({ access_token: z.string(), token_type: z.string(), expires_in: z.number() })

/** Every token is verified by jose with the keys its server publishes, and no two are one. */
async function verifyAll(
  { issuer, jwks }: Target,
  { signing }: Variant,
  bodies: readonly string[],
): Promise<void> {
  const expected = { issuer, typ: 'at+jwt', algorithms: [signing] }
  const keys = createRemoteJWKSet(jwks)
  const seen = new Set<unknown>()
  for (const body of bodies) {
    const { access_token } = Answer.parse(JSON.parse(body))
    const { payload } = await jwtVerify(access_token, keys, expected)
    seen.add(payload.jti)
  }
  if (seen.size !== bodies.length) throw new Error(`${bodies.length} tokens have ${seen.size} ids.`)
}

/** Tokens of the authority, each of which has to have its entry in a trail without a gap. */
export const issuedSoFar = async (): Promise<number> => {
  const { rows } = await pool().query<{ events: number; credentials: number; dense: boolean }>(
    `select (select count(*)::int from trail_event where type = 'credential.issued') as events,
       (select count(*)::int from credential) as credentials,
       (select next_leaf = (select count(*) from trail_event) from trail_head) as dense`,
  )
  const [row] = rows
  if (!row?.dense || row.events !== row.credentials)
    throw new Error(`The trail and the credentials differ: ${JSON.stringify(row)}.`)
  return row.events
}

/** One round of one variant. Answers are checked and counted against the database after the clock has stopped. */
export async function runRound(bench: Bench, variant: Variant, count: number): Promise<Round> {
  const target = bench.targets[variant.server]
  const requests = variant.prepare(count)
  const before = await target.stored()
  const keptBefore = await bench.keptProofs()
  const answersBefore = await bench.answers()
  const cpu = () => [cpuOf(target.pid()), bench.databaseCpu(), cpuOf(bench.load.process.pid)] as const
  const [server, database, client] = cpu()
  const job = { port: target.port, connections: bench.connections, requests }
  const { tookMs, replies } = await send(bench.load, job)
  const [serverAfter, databaseAfter, clientAfter] = cpu()
  const answered = replies.filter(({ status }) => status === 200)
  if (answered.length < replies.length) await bench.mend()
  await verifyAll(
    target,
    variant,
    answered.map(({ body }) => body),
  )
  const stored = (await target.stored()) - before
  const expected = variant.server === 'peer' ? 0 : answered.length
  // A token that is not stored is a failure of the whole run; a row whose answer was lost is not.
  if (stored < expected) throw new Error(`${expected} tokens came and ${stored} are stored.`)
  const taken = answered.map(({ ms }) => ms)
  return {
    rate: (answered.length / tookMs) * 1000,
    p50: quantile(taken, 0.5),
    p99: quantile(taken, 0.99),
    serverMs: (serverAfter - server) / answered.length,
    databaseMs: (databaseAfter - database) / answered.length,
    clientMs: (clientAfter - client) / answered.length,
    tokens: answered.length,
    failed: replies.length - answered.length,
    failure: replies.find(({ status }) => status !== 200)?.body.slice(0, 200) ?? '',
    kept: (await bench.keptProofs()) - keptBefore,
    answers: between(answersBefore, await bench.answers()),
  }
}

const between = (before: Kept, after: Kept): Kept => ({
  asked: after.asked - before.asked,
  kept: after.kept - before.kept,
})
