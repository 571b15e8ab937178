import { KeyObject, randomUUID } from 'node:crypto'
import { pool } from '@/lib/data/database'
import { aboutGrant } from '@/tests/harness/evaluations'
import { SERVERS, type TestWorld } from '@/tests/harness/world'
import { type Child, startHelper } from './child'
import { basicHeader } from './client-secret'
import { cpuOf } from './cpu'
import { type Caller, CONNECTIONS, epoch, makeCallers, signJwt } from './exchange/callers'
import { exchanges, type Prepare, send } from './exchange/issuing'
import { type Line, type Measured, median, ms, perSecond, quantile, spreadOf, times } from './figures'
import type { Stage } from './stage'
import { jsonPost } from './wire'

const ROUNDS = 5
const EACH = 6000
const GOAL = 2

type Round = { rate: number; p50: number; p99: number; cpuMs: number }
type Side = { load: Child; port: number; pid: () => number | undefined }

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

async function roundOf({ load, port, pid }: Side, requests: readonly string[]): Promise<Round> {
  const before = cpuOf(pid())
  const { tookMs, replies } = await send(load, { port, connections: CONNECTIONS, requests })
  const cpuMs = (cpuOf(pid()) - before) / requests.length
  const refused = replies.find(({ status, body }) => status !== 200 || body.startsWith('{"decision":false'))
  if (refused) throw new Error(`An answer was ${refused.status}: ${refused.body.slice(0, 200)}`)
  const taken = replies.map((reply) => reply.ms)
  const [p50, p99] = [quantile(taken, 0.5), quantile(taken, 0.99)]
  return { rate: (replies.length / tookMs) * 1000, p50, p99, cpuMs }
}

/** The same, with one secret for all of them. */
const basicQuestions =
  (callers: readonly Caller[], issuer: string, header: string): Prepare =>
  (count) =>
    Array.from({ length: count }, (_, at) => {
      const { grantId = '' } = callers[at % callers.length] ?? {}
      return jsonPost(`${issuer}/access/v1/evaluation`, aboutGrant(grantId), header)
    })

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

function linesOf(what: string, rounds: readonly Round[], more: Partial<Line> = {}): Line[] {
  const of = (figure: (round: Round) => number) => rounds.map(figure)
  const [rates, cpu] = [of(({ rate }) => rate), of(({ cpuMs }) => cpuMs)]
  const [p50, p99] = [median(of((round) => round.p50)), median(of((round) => round.p99))]
  return [
    { what, figure: perSecond(median(rates)), spread: spreadOf(rates, perSecond), ...more },
    { what: '… processor time of the server for one', figure: ms(median(cpu)), spread: spreadOf(cpu, ms) },
    { what: '… answered after, p50 / p99', figure: `${ms(p50)} / ${ms(p99)}` },
  ]
}

/** Decisions a second of one authority process, beside the tokens it issues in the same run. */
export async function measureEvaluation({ served, world, authority, folder }: Stage): Promise<Measured> {
  const { issuer, port, pid } = authority
  const load = startHelper('exchange/load.ts', { folder })
  const side = { load, port, pid }
  try {
    const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
    const [ask, exchange] = [questions(world, callers, issuer), exchanges(callers, issuer)]
    const askBasic = basicQuestions(callers, issuer, await basicHeader(SERVERS.tickets))
    const before = await storedSoFar()
    const [asked, basic, issued]: [Round[], Round[], Round[]] = [[], [], []]
    for (let round = 0; round <= ROUNDS; round += 1) {
      const answers = await roundOf(side, ask(EACH))
      const bySecret = await roundOf(side, askBasic(EACH))
      const tokens = await roundOf(side, exchange(EACH / 2))
      // The first round warms up.
      if (round === 0) continue
      asked.push(answers)
      basic.push(bySecret)
      issued.push(tokens)
    }
    const stored = (await storedSoFar()) - before
    if (stored !== 2 * EACH * (ROUNDS + 1)) throw new Error(`Not every answer is in the trail: ${stored}.`)
    const against = (rounds: readonly Round[]) => {
      const ratios = rounds.map(({ rate }, at) => rate / (issued[at]?.rate ?? Number.NaN))
      const ratio = `${times(median(ratios))} exchange (${spreadOf(ratios)})`
      return { ratio, goal: `≥ ${GOAL} × exchange`, holds: median(ratios) >= GOAL }
    }
    return {
      title: 'Decisions for resource servers',
      conditions: [
        `${served.database}. One authority process, one load process with ${CONNECTIONS} connections, ${ROUNDS} rounds in turn of ${EACH} questions and ${EACH / 2} exchanges.`,
        'By private_key_jwt every question carries an assertion of its own, signed before the round; by client_secret_basic all carry one secret. Each is about one of as many grants as there are connections. Every answer is a stored decision with its event: both are counted afterwards.',
      ],
      lines: [
        ...linesOf('evaluation under a grant, private_key_jwt', asked, against(asked)),
        ...linesOf('evaluation under a grant, client_secret_basic', basic, against(basic)),
        ...linesOf('token exchange, workload JWT and mandate sent before', issued),
      ],
    }
  } finally {
    await load.stop()
  }
}
