import { pool } from '@/lib/data/database'
import { type Child, startHelper } from '../child'
import { type Line, type Measured, median, perSecond, spreadOf, times } from '../figures'
import { countLost, countUnchained } from '../mixed/account'
import { type Stage, withStage } from '../stage'
import { startAuthority } from './authority'
import { CONNECTIONS, makeCallers } from './callers'
import {
  exchanges,
  type Issues,
  issueAll,
  issuedId,
  type Prepare,
  send,
  storedIn,
  withAllStored,
} from './issuing'
import { bundleWithoutStorage } from './without-storage'

const WARM_UP = 3000
const GOAL = 0.8
const KILLS = 3
const KILL_AFTER = 500

export type TaxOptions = { rounds: number; each: number }

type Side = { port: number; isStored: boolean; rounds: Issues[] }

async function roundOf(url: string, load: Child, { port, isStored }: Side, requests: readonly string[]) {
  const issue = () => issueAll(load, { port, connections: CONNECTIONS, requests })
  return withAllStored(url, issue, ({ count }) => (isStored ? count : 0))
}

/** Kills the authority under load, and returns which tokens had been answered with by then. */
async function killUnderLoad({ authority, served }: Stage, load: Child, requests: readonly string[]) {
  const before = await storedIn(served.url)
  const done = send(load, { port: authority.port, connections: CONNECTIONS, requests })
  const issued = async () => {
    const { rows } = await pool().query<{ issued: number }>('select count(*)::int as issued from credential')
    return (rows[0]?.issued ?? 0) - before
  }
  while ((await issued()) < KILL_AFTER) await new Promise((resolve) => setTimeout(resolve, 20))
  await authority.kill()
  const { replies } = await done
  await authority.mend()
  const answered = replies.filter(({ status }) => status === 200)
  if (answered.length === replies.length) throw new Error('The authority was killed when all was done.')
  return answered.map(issuedId)
}

/** What recording costs: the same code with the step that stores an issue answering at once. Then kills, and what is lost. */
export function measureTax(port: number, options: TaxOptions): Promise<Measured> {
  return withStage(port, async (stage) => {
    const { served, folder, authority, world } = stage
    const { issuer } = authority
    const bundle = await bundleWithoutStorage()
    const load = startHelper('exchange/load.ts', { folder })
    try {
      const env = { DATABASE_URL: served.url, COUNTERSIGN_SECRET: served.secret }
      const bare = await startAuthority({ folder, port: port + 1, env, issuer, file: bundle.file })
      const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
      const prepare = exchanges(callers, issuer)
      const sides: Side[] = [
        { port: authority.port, isStored: true, rounds: [] },
        { port: bare.port, isStored: false, rounds: [] },
      ]
      await runRounds(served.url, load, { sides, prepare, options }).finally(bare.stop)
      const acknowledged: string[] = []
      for (let kill = 0; kill < KILLS; kill += 1)
        acknowledged.push(...(await killUnderLoad(stage, load, prepare(KILL_AFTER * 8))))
      return {
        ...titled(served.database, options),
        lines: [...rateLines(sides), ...(await lossLines(acknowledged))],
      }
    } finally {
      await load.stop()
      await bundle.remove()
    }
  })
}

type Rounds = { sides: readonly Side[]; prepare: Prepare; options: TaxOptions }

async function runRounds(url: string, load: Child, { sides, prepare, options: { rounds, each } }: Rounds) {
  for (const side of sides) await roundOf(url, load, side, prepare(WARM_UP))
  for (let round = 0; round < rounds; round += 1)
    for (const side of sides) side.rounds.push(await roundOf(url, load, side, prepare(each)))
}

function rateLines([stored, bare]: readonly Side[]): Line[] {
  const rates = (side?: Side) => side?.rounds.map(({ rate }) => rate) ?? []
  const ratios = rates(stored).map((rate, at) => rate / (rates(bare)[at] ?? Number.NaN))
  return [
    {
      what: 'issue with decision, event and chain durable',
      figure: perSecond(median(rates(stored))),
      spread: spreadOf(rates(stored), perSecond),
      ratio: `${times(median(ratios))} nothing stored (${spreadOf(ratios)})`,
      ...{ goal: `≥ ${GOAL} × nothing stored`, holds: median(ratios) >= GOAL },
    },
    {
      what: 'the same code, what stores an issue answers at once',
      figure: perSecond(median(rates(bare))),
      spread: spreadOf(rates(bare), perSecond),
    },
  ]
}

async function lossLines(issued: readonly string[]): Promise<Line[]> {
  const lost = await countLost({ submitted: [], approved: [], issued: [...issued] })
  const unchained = await countUnchained()
  return [
    {
      what: `acknowledged and lost, of ${issued.length} before ${KILLS} kill -9 under load`,
      ...{ figure: String(lost), goal: '0', holds: lost === 0 },
    },
    {
      what: 'entries of the trail that do not follow the one before',
      ...{ figure: String(unchained), goal: '0', holds: unchained === 0 },
    },
  ]
}

const titled = (database: string, { rounds, each }: TaxOptions) => ({
  title: 'Recording tax',
  conditions: [
    `${database}. Two authority processes, one load process with ${CONNECTIONS} connections, ${rounds} rounds in turn of ${each} each.`,
    'The second is the same bundle with one module replaced: the issuing transaction, with all that it locks, looks at again, spends, writes and chains, answers at once. Both read the same rows before it and sign after it. Tokens, credentials and events are counted against each other after each round; the second’s leave none.',
    `Then the first is killed under load ${KILLS} times. Every token that was answered with is looked for in its table and in the trail, and the whole chain is computed again.`,
  ],
})
