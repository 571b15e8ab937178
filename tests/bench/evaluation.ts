import { KeyObject, randomUUID } from 'node:crypto'
import { pool } from '@/lib/data/database'
import { aboutGrant } from '@/tests/harness/evaluations'
import { SERVERS, type TestWorld } from '@/tests/harness/world'
import { type Child, startHelper } from './child'
import { type Caller, CONNECTIONS, epoch, makeCallers, signJwt } from './exchange/callers'
import { exchanges, type Prepare, send } from './exchange/issuing'
import { type Line, type Measured, median, ms, perSecond, quantile, spreadOf, times } from './figures'
import type { Stage } from './stage'
import { jsonPost } from './wire'

const ROUNDS = 5
const EACH = 6000
const GOAL = 2

type Round = { rate: number; p50: number; p99: number }

/** Each caller's grant in turn, with an assertion of its own for each question: it serves once. */
function questions(world: TestWorld, callers: readonly Caller[], issuer: string): Prepare {
  const { privateKey, kid } = world.serverKeys.tickets
  const key = KeyObject.from(privateKey)
  const url = `${issuer}/access/v1/evaluation`
  const assertion = () => {
    const claims = { iss: SERVERS.tickets, sub: SERVERS.tickets, aud: issuer, jti: randomUUID() }
    return signJwt({ typ: 'JWT', kid }, { ...claims, iat: epoch(), exp: epoch() + 240 }, key)
  }
  return (count) =>
    Array.from({ length: count }, (_, at) =>
      jsonPost(
        url,
        aboutGrant(callers[at % callers.length]?.grantId ?? ''),
        `authorization: Bearer ${assertion()}\r\n`,
      ),
    )
}

async function roundOf(load: Child, port: number, requests: readonly string[]): Promise<Round> {
  const { tookMs, replies } = await send(load, { port, connections: CONNECTIONS, requests })
  const refused = replies.find(({ status, body }) => status !== 200 || body.startsWith('{"decision":false'))
  if (refused) throw new Error(`An answer was ${refused.status}: ${refused.body.slice(0, 200)}`)
  const taken = replies.map((reply) => reply.ms)
  return { rate: (replies.length / tookMs) * 1000, p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) }
}

const storedSoFar = async (): Promise<number> => {
  const { rows } = await pool().query<{ events: number; decisions: number }>(
    `select (select count(*)::int from trail_event where type = 'decision.asked') as events,
       (select count(*)::int from decision where asked = 'online') as decisions`,
  )
  const [row] = rows
  if (!row || row.events !== row.decisions)
    throw new Error(`The trail and the decisions differ: ${JSON.stringify(row)}.`)
  return row.events
}

const lineOf = (what: string, rounds: readonly Round[], more: Partial<Line>): Line => ({
  what,
  figure: perSecond(median(rounds.map(({ rate }) => rate))),
  spread: spreadOf(
    rounds.map(({ rate }) => rate),
    perSecond,
  ),
  ...more,
})

/** Decisions a second of one authority process, beside the tokens it issues in the same run. */
export async function measureEvaluation({ served, world, authority, folder }: Stage): Promise<Measured> {
  const { issuer, port } = authority
  const load = startHelper('exchange/load.ts', { folder })
  try {
    const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
    const [ask, exchange] = [questions(world, callers, issuer), exchanges(callers, issuer)]
    const before = await storedSoFar()
    const [asked, issued]: [Round[], Round[]] = [[], []]
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [answers, tokens] = [
        await roundOf(load, port, ask(EACH)),
        await roundOf(load, port, exchange(EACH / 2)),
      ]
      // The first round warms up.
      if (round > 0) asked.push(answers)
      if (round > 0) issued.push(tokens)
    }
    const stored = (await storedSoFar()) - before
    if (stored !== EACH * (ROUNDS + 1)) throw new Error(`Not every answer is in the trail: ${stored}.`)
    const ratios = asked.map(({ rate }, at) => rate / (issued[at]?.rate ?? Number.NaN))
    const after = (of: (round: Round) => number) => ms(median(asked.map(of)))
    return {
      title: 'Decisions for resource servers',
      conditions: [
        `${served.database}. One authority process, one load process with ${CONNECTIONS} connections, ${ROUNDS} rounds in turn of ${EACH} questions and ${EACH / 2} exchanges.`,
        'Every question carries an assertion of its own, signed before the round, and is about one of as many grants as there are connections. Every answer is a stored decision with its event: both are counted afterwards.',
      ],
      lines: [
        lineOf('AuthZEN evaluation under a grant', asked, {
          ratio: `${times(median(ratios))} exchange (${spreadOf(ratios)})`,
          goal: `≥ ${GOAL} × exchange`,
          holds: median(ratios) >= GOAL,
        }),
        {
          what: '… answered after, p50 / p99',
          figure: `${after(({ p50 }) => p50)} / ${after(({ p99 }) => p99)}`,
        },
        lineOf('token exchange, workload JWT and mandate sent before', issued, {}),
      ],
    }
  } finally {
    await load.stop()
  }
}
