import { closeDatabase } from '@/lib/data/database'
import { type Child, startHelper } from '../child'
import { type Measured, median, perSecond, spreadOf, times } from '../figures'
import { type Stage, withStage } from '../stage'
import { type Caller, CONNECTIONS, callersFor, makeCallers } from './callers'
import { addGrants, type Crowd } from './crowd-of-grants'
import { exchanges, issueAll, type Prepare, withAllStored } from './issuing'

const FEW = 100
const WARM_UP = 3000
const GOAL = 0.9

export type FlatOptions = Crowd & { rounds: number; each: number }
type Side = { url: string; port: number; prepare: Prepare; rates: number[] }

const sideOf = ({ served, authority }: Stage, callers: readonly Caller[]): Side => ({
  ...{ url: served.url, port: authority.port, rates: [] },
  prepare: exchanges(callers, authority.issuer),
})

const fewCallers = ({ world, served, authority }: Stage) =>
  makeCallers(world, { issuer: authority.issuer, secret: served.secret, count: FEW })

async function rateOf(load: Child, { url, port, prepare }: Side, count: number): Promise<number> {
  const requests = prepare(count)
  const issue = () => issueAll(load, { port, connections: CONNECTIONS, requests })
  const { rate } = await withAllStored(url, issue, (issues) => issues.count)
  return rate
}

/** The sides of a database full of grants: asked for as few are, and by every agent for one of its own. */
async function fullSides(stage: Stage, crowd: Crowd): Promise<Side[]> {
  const { world, served, authority } = stage
  const callers = await fewCallers(stage)
  const granted = await addGrants(world.agents.triage, crowd)
  const spread = await callersFor(world, { issuer: authority.issuer, secret: served.secret, granted })
  return [sideOf(stage, callers), sideOf(stage, spread)]
}

/** Exchanges on a database of few grants and on one of very many, in turn. */
export function measureFlat(port: number, options: FlatOptions): Promise<Measured> {
  const { rounds, each } = options
  return withStage(port, async (small) => {
    const few = sideOf(small, await fewCallers(small))
    // The next one is another database: this process turns to it.
    await closeDatabase()
    return withStage(port + 1, async (large) => {
      const sides = [few, ...(await fullSides(large, options))]
      const load = startHelper('exchange/load.ts', { folder: large.folder })
      try {
        for (const side of sides) await rateOf(load, side, WARM_UP)
        for (let round = 0; round < rounds; round += 1)
          for (const side of sides) side.rates.push(await rateOf(load, side, each))
        return measuredOf(small.served.database, sides, options)
      } finally {
        await load.stop()
      }
    })
  })
}

function measuredOf(database: string, sides: readonly Side[], options: FlatOptions): Measured {
  const [few = [], many = [], spread = []] = sides.map(({ rates }) => rates)
  const [grants, agents] = [options.grants.toLocaleString('en'), options.agents.toLocaleString('en')]
  const ratios = (of: readonly number[]) => of.map((rate, at) => rate / (few[at] ?? Number.NaN))
  const line = (what: string, rates: readonly number[]) => ({
    ...{ what, figure: perSecond(median(rates)), spread: spreadOf(rates, perSecond) },
  })
  const ratioOf = (rates: readonly number[]) =>
    `${times(median(ratios(rates)))} few (${spreadOf(ratios(rates))})`
  const isFlat = median(ratios(many)) >= GOAL
  return {
    title: 'Many grants',
    conditions: [
      `${database}. Two databases with one authority process each, one load process with ${CONNECTIONS} connections, ${options.rounds} rounds in turn of ${options.each} each. One database has ${FEW} live grants and the agents of a test; the other has ${grants} more, of ${agents} more agents.`,
      'Every token is stored with its event: counted after each round.',
    ],
    lines: [
      line(`token exchange under ${FEW} grants, no others`, few),
      {
        ...line(`the same beside ${grants} live grants and ${agents} agents`, many),
        ...{ ratio: ratioOf(many), goal: `≥ ${GOAL} × few`, holds: isFlat },
      },
      { ...line(`… by ${agents} agents, each under one of those grants`, spread), ratio: ratioOf(spread) },
    ],
  }
}
