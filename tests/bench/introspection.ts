import { KeyObject, randomUUID } from 'node:crypto'
import { SERVERS, type TestWorld } from '@/tests/harness/world'
import { type Child, startHelper } from './child'
import { basicHeader } from './client-secret'
import { cpuOf } from './cpu'
import { type Helper, KINDS, type Kind, kinds, startEchoes } from './echoes'
import { CONNECTIONS, epoch, exchangeRequest, makeCallers, signJwt } from './exchange/callers'
import { send } from './exchange/issuing'
import { type Line, type Measured, median, ms, perSecond, quantile, spreadOf, times } from './figures'
import type { Stage } from './stage'
import { formPost, type Reply } from './wire'

const ROUNDS = 5
const EACH = 4000
const GOAL = 0.5
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Round = { rate: number; p50: number; p99: number; cpuMs: number }
type Side = { port: number; pid: () => number | undefined; isRight: (reply: Reply, at: number) => boolean }

async function roundOf(load: Child, side: Side, requests: readonly string[]): Promise<Round> {
  const before = cpuOf(side.pid())
  const { tookMs, replies } = await send(load, { port: side.port, connections: CONNECTIONS, requests })
  const cpuMs = (cpuOf(side.pid()) - before) / requests.length
  const wrong = replies.find((reply, at) => !side.isRight(reply, at))
  if (wrong) throw new Error(`A wrong answer came, ${wrong.status}: ${wrong.body.slice(0, 200)}`)
  const taken = replies.map((reply) => reply.ms)
  return {
    ...{ rate: (replies.length / tookMs) * 1000, cpuMs },
    ...{ p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) },
  }
}

/** A token for each connection, issued by this authority a moment ago. */
async function tokensOf({ served, world, authority }: Stage, load: Child): Promise<string[]> {
  const { issuer, port } = authority
  const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
  const requests = callers.map((caller) => {
    const texts = { mandate: caller.mandate(), workload: caller.workload() }
    return exchangeRequest(caller, `${issuer}/oauth/token`, texts)
  })
  const { replies } = await send(load, { port, connections: CONNECTIONS, requests })
  return replies.map(({ body }) => String(JSON.parse(body).access_token))
}

/** Each token in turn, with an assertion of its own for each question: it serves once. */
function questions(world: TestWorld, tokens: readonly string[], issuer: string) {
  const { privateKey, kid } = world.serverKeys.tickets
  const key = KeyObject.from(privateKey)
  const assertion = () => {
    const claims = { iss: SERVERS.tickets, sub: SERVERS.tickets, aud: issuer, jti: randomUUID() }
    return signJwt({ typ: 'JWT', kid }, { ...claims, iat: epoch(), exp: epoch() + 240 }, key)
  }
  return (): string[] =>
    Array.from({ length: EACH }, (_, at) =>
      formPost(`${issuer}/oauth/introspect`, {
        ...{ token: tokens[at % tokens.length] ?? '' },
        ...{ client_assertion_type: JWT_BEARER, client_assertion: assertion() },
      }),
    )
}

/** The same, with one secret for all of them. */
function basicQuestions(tokens: readonly string[], issuer: string, header: string): string[] {
  return Array.from({ length: EACH }, (_, at) =>
    formPost(`${issuer}/oauth/introspect`, { token: tokens[at % tokens.length] ?? '' }, header),
  )
}

function linesOf(what: string, rounds: readonly Round[], more: Partial<Line> = {}): Line[] {
  const of = (figure: (round: Round) => number) => rounds.map(figure)
  const rates = of(({ rate }) => rate)
  const cpu = of(({ cpuMs }) => cpuMs)
  const [p50, p99] = [median(of((round) => round.p50)), median(of((round) => round.p99))]
  return [
    { what, figure: perSecond(median(rates)), spread: spreadOf(rates, perSecond), ...more },
    { what: '… processor time of the server for one', figure: ms(median(cpu)), spread: spreadOf(cpu, ms) },
    { what: '… answered after, p50 / p99', figure: `${ms(p50)} / ${ms(p99)}` },
  ]
}

type Rounds = Record<Kind | 'ours' | 'basic' | 'basicEcho', Round[]>

const bodyOf = (request: string) => request.slice(request.indexOf('\r\n\r\n') + 4)
const sentBack =
  (requests: readonly string[]): Side['isRight'] =>
  ({ status, body }, at) =>
    status === 200 && body === bodyOf(requests[at] ?? '')

async function runRounds(stage: Stage, load: Child, echoes: Record<Kind, Helper>): Promise<Rounds> {
  const { world, authority } = stage
  const tokens = await tokensOf(stage, load)
  const ask = questions(world, tokens, authority.issuer)
  const basics = basicQuestions(tokens, authority.issuer, await basicHeader(SERVERS.tickets))
  const isActive = ({ status, body }: Reply) => status === 200 && body.includes('"active":true')
  const ours: Side = { port: authority.port, pid: authority.pid, isRight: isActive }
  const echoOf = (kind: Kind, requests: readonly string[]): Side => {
    const { port, process } = echoes[kind]
    return { port, pid: () => process.pid, isRight: sentBack(requests) }
  }
  const found: Rounds = { ours: [], basic: [], basicEcho: [], echo: [], reading: [], verifying: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const requests = ask()
    const sides: [keyof Rounds, Side, readonly string[]][] = [
      ['ours', ours, requests],
      ['basic', ours, basics],
      ['basicEcho', echoOf('echo', basics), basics],
      ...kinds.map((kind): [Kind, Side, string[]] => [kind, echoOf(kind, requests), requests]),
    ]
    for (const [kind, side, asked] of sides) {
      const one = await roundOf(load, side, asked)
      // The first round warms up.
      if (round > 0) found[kind].push(one)
    }
  }
  return found
}

/** Introspections a second of one authority process, beside servers that send the same request back. */
export async function measureIntrospection(stage: Stage, echoPort: number): Promise<Measured> {
  const load = startHelper('exchange/load.ts', { folder: stage.folder })
  const echoes = await startEchoes(stage, echoPort)
  try {
    return measuredOf(stage, await runRounds(stage, load, echoes))
  } finally {
    await Promise.all([...Object.values(echoes), load].map((child) => child.stop()))
  }
}

function measuredOf({ served }: Stage, found: Rounds): Measured {
  const ratiosTo = (kind: keyof Rounds, of: keyof Rounds = 'ours') =>
    found[of].map(({ rate }, at) => rate / (found[kind][at]?.rate ?? Number.NaN))
  const against = (ratios: readonly number[]) => ({
    ratio: `${times(median(ratios))} echo (${spreadOf(ratios)})`,
    ...{ goal: `≥ ${GOAL} × echo`, holds: median(ratios) >= GOAL },
  })
  const beside = (kind: Kind) => ({
    ratio: `${times(median(ratiosTo('echo', kind)))} echo; introspection is ${times(median(ratiosTo(kind)))} this`,
  })
  return {
    title: 'Introspection',
    conditions: [
      `${served.database}. One authority process, three node:http processes that send back what they are sent, one load process with ${CONNECTIONS} connections, ${ROUNDS} rounds in turn of ${EACH} each.`,
      'By private_key_jwt every question carries a client assertion of its own, signed before the round, verified and spent durably; by client_secret_basic all carry one secret and nothing is spent. Each is about one of as many tokens as there are connections. Every answer is active; every echo is the very request.',
      'As resource servers do, the same is asked again and again: the first question about a token in a minute leaves its trace, the others are answered as it is at that moment and counted, and the next trace says how often.',
      'An answer by private_key_jwt cannot do without verifying a signature. The second echo reads the token’s row for each answer, the third verifies too, and they do nothing else.',
    ],
    lines: [
      ...linesOf('introspection, private_key_jwt', found.ours, against(ratiosTo('echo'))),
      ...linesOf('introspection, client_secret_basic', found.basic, against(ratiosTo('basicEcho', 'basic'))),
      ...linesOf('node:http echo of the requests with a client secret', found.basicEcho),
      ...kinds.flatMap((kind) => linesOf(KINDS[kind], found[kind], kind === 'echo' ? {} : beside(kind))),
    ],
  }
}
