import { randomBytes } from 'node:crypto'
import { startHelper } from '../child'
import { cpuOfPostgres } from '../cpu'
import type { Measured } from '../figures'
import type { Stage } from '../stage'
import { againstLines } from './against'
import { CONNECTIONS, makeCallers, makeKey } from './callers'
import { answersLine, clientLine, lineOf, type Results, shareLine, tailLine } from './lines'
import { type Bench, runRound } from './round'
import { startFloor, startPeer, targetOf } from './servers'
import { type Variant, variantsOf } from './variants'

// As a server that has been up for a minute: before, a good part of its time goes into compiling its own code.
const WARM_UP = 5000
const ROUND_MS = 2500

export type ExchangeOptions = { rounds: number; peerPort: number; floorPort: number }

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

/** Tokens per second of one authority process against somebody else's server, each token verified. */
export async function measureExchange(
  stage: Stage,
  { rounds, peerPort, floorPort }: ExchangeOptions,
): Promise<Measured> {
  const { served, world, authority, folder } = stage
  const [client, secret] = [makeKey(), randomBytes(24).toString('base64url')]
  const peer = await startPeer(folder, { port: peerPort, secret, clientJwk: client.jwk })
  const floor = await startFloor(folder, floorPort)
  const load = startHelper('exchange/load.ts', { folder })
  try {
    const { issuer } = authority
    const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
    const variants = variantsOf(callers, {
      ...{ tokenUrl: `${issuer}/oauth/token`, floorUrl: `${floor.url}/oauth/token` },
      peer: { url: peer.url, secret, client },
    })
    const bench: Bench = {
      load,
      connections: CONNECTIONS,
      databaseCpu: () => cpuOfPostgres(served.folder),
      keptProofs: async () => (await authority.proofs()).kept,
      answers: authority.answers,
      mend: authority.mend,
      targets: { authority: targetOf(authority), floor: floor.target, peer: peer.target },
    }
    const results = await runRounds(bench, variants, rounds)
    const deaths = await authority.mend()
    return {
      title: 'Token exchange',
      conditions: conditions(stage, rounds),
      lines: [
        ...againstLines(results),
        ...variants.flatMap((variant) => lineOf(variant, results)),
        tailLine(results),
        shareLine(results),
        answersLine(results),
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
    await Promise.all([peer, floor, load].map((server) => server.stop()))
  }
}

const conditions = ({ served }: Stage, rounds: number) => [
  `${served.database}. One authority process, one oidc-provider process with its in-memory adapter, one that does the least of an exchange, one load process with ${CONNECTIONS} connections.`,
  `${rounds} rounds of about ${ROUND_MS / 1000} s each in turn (ABCD); ratios are per round.`,
  'oidc-provider signs with RS256 unless it is told otherwise. ES256, with which ours are signed, costs it far less: the goals are held against both.',
  'The least of an exchange is a node:http server that reads the form, verifies the signature of the proof, signs a token and stores one row, all who ask at once in one commit. It identifies nobody, asks no policy, spends no proof and chains nothing: it is what a stored token that is bound to a key costs here before anything is decided.',
  'Every request carries a DPoP proof of its own. Proofs and fresh JWTs are signed before each round, outside the time measured. Each connection is an agent instance with its own key, workload JWT, grant and mandate.',
  'After each round jose verifies every token with the published keys; tokens, credentials and entries of the trail are counted against each other, and the leaf indexes are dense. oidc-provider keeps nothing durably and remembers at most 1,000 proofs.',
]
