import { randomBytes } from 'node:crypto'
import { type Child, messageOf, startHelper } from '../child'
import { cpuOfPostgres } from '../cpu'
import { type Line, type Measured, median, ms, perSecond, quantile, spreadOf, times } from '../figures'
import type { Stage } from '../stage'
import { makeCallers, makeKey } from './callers'
import type { PeerSettings } from './peer'
import { type Bench, type Round, runRound } from './round'
import { type Variant, variantsOf } from './variants'

const CONNECTIONS = 32
// As a server that has been up for a minute: before, a good part of its time goes into compiling its own code.
const WARM_UP = 5000
const ROUND_MS = 2500
const GOAL = 0.5

export type ExchangeOptions = { rounds: number; peerPort: number }
type Results = Map<Variant['key'], Round[]>

async function startPeer(folder: string, settings: PeerSettings): Promise<Child> {
  const peer = startHelper('exchange/peer.ts', { folder, env: { NODE_ENV: 'production' } })
  await untilListening(peer, settings)
  return peer
}

async function untilListening(peer: Child, settings: PeerSettings): Promise<void> {
  const listening = messageOf(peer)
  peer.process.send(settings)
  await listening
}

/** Rounds in turn, ABCD ABCD, so that what else the machine does falls on all alike. */
async function runRounds(bench: Bench, variants: readonly Variant[], rounds: number): Promise<Results> {
  const results: Results = new Map(variants.map(({ key }) => [key, []]))
  const counts = new Map<Variant['key'], number>()
  for (const variant of variants) {
    const { rate } = await runRound(bench, variant, WARM_UP)
    counts.set(variant.key, Math.max(500, Math.round((rate * ROUND_MS) / 1000)))
  }
  for (let round = 0; round < rounds; round += 1)
    for (const variant of variants) {
      const done = await runRound(bench, variant, counts.get(variant.key) ?? WARM_UP)
      if (done.failed === 0) results.get(variant.key)?.push(done)
      else
        console.error(`A round of "${variant.what}" does not count: ${done.failed} failed. ${done.failure}`)
    }
  return results
}

const over = (rounds: readonly Round[], figure: (round: Round) => number) => rounds.map(figure)

function lineOf({ what, key }: Variant, results: Results, peer: readonly Round[]): Line[] {
  const rounds = results.get(key) ?? []
  if (rounds.length === 0) return [{ what, figure: 'no round without a failure', goal: 'none', holds: false }]
  const rates = over(rounds, ({ rate }) => rate)
  const ratios = rates.map((rate, at) => rate / (peer[at]?.rate ?? Number.NaN))
  const isGoal = key === 'cached'
  const cpu = over(rounds, ({ serverMs }) => serverMs)
  const peerCpu = median(over(peer, ({ serverMs }) => serverMs))
  return [
    {
      what,
      figure: perSecond(median(rates)),
      spread: spreadOf(rates, perSecond),
      ratio: `${times(median(ratios))} peer (${spreadOf(ratios)})`,
      ...(isGoal ? { goal: `≥ ${GOAL} × peer`, holds: median(ratios) >= GOAL } : {}),
    },
    {
      what: '… processor time of the server for one',
      figure: ms(median(cpu)),
      spread: spreadOf(cpu, ms),
      ratio: `${times(peerCpu / median(cpu))} peer`,
    },
    ...(rounds[0]?.databaseMs
      ? [
          {
            what: '… processor time of the database for one',
            figure: ms(median(over(rounds, ({ databaseMs }) => databaseMs))),
            spread: spreadOf(
              over(rounds, ({ databaseMs }) => databaseMs),
              ms,
            ),
          },
        ]
      : []),
    {
      what: '… answered after, p50 / p99',
      figure: `${ms(median(over(rounds, ({ p50 }) => p50)))} / ${ms(median(over(rounds, ({ p99 }) => p99)))}`,
      spread: spreadOf(
        over(rounds, ({ p99 }) => p99),
        ms,
      ),
    },
  ]
}

/** Of the three proofs of an exchange, how many were not verified again: the DPoP proof always is. */
function shareLine(results: Results): Line {
  const share = (key: Variant['key']) => {
    const rounds = results.get(key) ?? []
    const [kept, tokens] = [sumOf(rounds, 'kept'), sumOf(rounds, 'tokens')]
    return `${((100 * kept) / (3 * tokens)).toFixed(1)} % of ${3 * tokens}`
  }
  return {
    what: 'proofs taken from the cache, as the authority counts them',
    figure: share('cached'),
    ratio: `with none sent before: ${share('fresh')}`,
  }
}

const sumOf = (rounds: readonly Round[], figure: 'kept' | 'tokens'): number =>
  rounds.reduce((sum, round) => sum + round[figure], 0)

/** Tokens per second of one authority process against somebody else's server, each token verified. */
export async function measureExchange(
  stage: Stage,
  { rounds, peerPort }: ExchangeOptions,
): Promise<Measured> {
  const { served, world, authority, folder } = stage
  const [client, secret] = [makeKey(), randomBytes(24).toString('base64url')]
  const peerUrl = `http://127.0.0.1:${peerPort}`
  const peer = await startPeer(folder, { port: peerPort, secret, clientJwk: client.jwk })
  const load = startHelper('exchange/load.ts', { folder })
  try {
    const { issuer, port } = authority
    const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
    const variants = variantsOf(callers, `${issuer}/oauth/token`, { url: peerUrl, secret, client })
    const bench: Bench = {
      load,
      connections: CONNECTIONS,
      databaseCpu: () => cpuOfPostgres(served.folder),
      keptProofs: async () => (await authority.proofs()).kept,
      mend: authority.mend,
      targets: {
        authority: { issuer, port, pid: authority.pid, jwks: new URL(`${issuer}/.well-known/jwks.json`) },
        peer: {
          issuer: peerUrl,
          port: peerPort,
          pid: () => peer.process.pid,
          jwks: new URL(`${peerUrl}/jwks`),
        },
      },
    }
    const results = await runRounds(bench, variants, rounds)
    const plain = results.get('peer') ?? []
    const deaths = await authority.mend()
    return {
      title: 'Token exchange',
      conditions: conditions(stage, rounds),
      lines: [
        ...variants.flatMap((variant) => lineOf(variant, results, plain)),
        shareLine(results),
        {
          what: 'authority processes that ended by themselves',
          figure: String(deaths),
          goal: '0',
          holds: deaths === 0,
        },
        clientLine(results),
      ],
    }
  } finally {
    await Promise.all([peer.stop(), load.stop()])
  }
}

const clientLine = (results: Results): Line => {
  const cpu = over([...results.values()].flat(), ({ clientMs }) => clientMs)
  return {
    what: '… processor time of the load process for one',
    figure: ms(quantile(cpu, 0.5)),
    spread: spreadOf(cpu, ms),
  }
}

const conditions = ({ served }: Stage, rounds: number) => [
  `${served.database}. One authority process, one oidc-provider process with its in-memory adapter, one load process with ${CONNECTIONS} connections.`,
  `${rounds} rounds of about ${ROUND_MS / 1000} s each in turn (ABCD); ratios are per round against oidc-provider with client_secret.`,
  'Every request carries a DPoP proof of its own. Proofs and fresh JWTs are signed before each round, outside the time measured. Each connection is an agent instance with its own key, workload JWT, grant and mandate.',
  'After each round jose verifies every token with the published keys; tokens, credentials and entries of the trail are counted against each other, and the leaf indexes are dense. oidc-provider keeps nothing durably and remembers at most 1,000 proofs.',
]
