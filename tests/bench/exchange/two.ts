import { type Child, startHelper } from '../child'
import { cpuOf, cpuOfPostgres, keepToCores, processesOfPostgres } from '../cpu'
import { type Line, type Measured, median, ms, perSecond, spreadOf, times } from '../figures'
import { type Stage, withStage } from '../stage'
import { startAuthority } from './authority'
import { CONNECTIONS, makeCallers } from './callers'
import { exchanges, issueAll, type Prepare, withAllStored } from './issuing'

const WARM_UP = 4000
const GOAL = 1.6

export type TwoOptions = { rounds: number; each: number }
type Side = { port: number; pid: () => number | undefined; load: Child; prepare: Prepare }
type Round = { rate: number; serverMs: number; databaseMs: number }

/** Sends to all of these at once, as many to each. */
async function roundOf({ served }: Stage, sides: readonly Side[], each: number): Promise<Round> {
  const jobs = sides.map(({ prepare, ...side }) => ({ ...side, requests: prepare(each) }))
  const cpu = () => jobs.reduce((sum, { pid }) => sum + cpuOf(pid()), 0)
  const [server, database] = [cpu(), cpuOfPostgres(served.folder)]
  const issue = () =>
    Promise.all(
      jobs.map(({ load, port, requests }) => issueAll(load, { port, connections: CONNECTIONS, requests })),
    )
  const issued = await withAllStored(served.url, issue, (all) =>
    all.reduce((sum, { count }) => sum + count, 0),
  )
  const count = each * sides.length
  return {
    rate: (count / Math.max(...issued.map(({ tookMs }) => tookMs))) * 1000,
    serverMs: (cpu() - server) / count,
    databaseMs: (cpuOfPostgres(served.folder) - database) / count,
  }
}

/** The same, with these authorities, their load and the database on the first so many cores. */
function roundOn(cores: number, stage: Stage, sides: readonly Side[], each: number): Promise<Round> {
  const ours = sides.flatMap(({ pid, load }) => [pid(), load.process.pid])
  keepToCores(cores, [...ours, ...processesOfPostgres(stage.served.folder)])
  return roundOf(stage, sides, each)
}

/** Two authority processes on one database, against one. */
export function measureTwo(port: number, { rounds, each }: TwoOptions): Promise<Measured> {
  return withStage(port, async (stage) => {
    const { served, folder, authority, world } = stage
    const { issuer } = authority
    const env = { DATABASE_URL: served.url, COUNTERSIGN_SECRET: served.secret }
    const second = await startAuthority({ folder, port: port + 1, env, issuer })
    const loads: Child[] = []
    try {
      const sides: Side[] = []
      for (const { port: at, pid } of [authority, second]) {
        const callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
        const load = startHelper('exchange/load.ts', { folder })
        loads.push(load)
        sides.push({ port: at, pid, load, prepare: exchanges(callers, issuer) })
      }
      const [alone, one, both]: [Round[], Round[], Round[]] = [[], [], []]
      await roundOf(stage, sides, WARM_UP)
      for (let round = 0; round < rounds; round += 1) {
        alone.push(await roundOn(1, stage, sides.slice(0, 1), each))
        one.push(await roundOn(2, stage, sides.slice(0, 1), each))
        both.push(await roundOn(2, stage, sides, each))
      }
      return measuredOf(served.database, { alone, one, both, rounds, each })
    } finally {
      await Promise.all([second.stop(), ...loads.map((load) => load.stop())])
    }
  })
}

type Found = TwoOptions & Record<'alone' | 'one' | 'both', readonly Round[]>

function measuredOf(database: string, { alone, one, both, rounds, each }: Found): Measured {
  const rates = (of: readonly Round[]) => of.map(({ rate }) => rate)
  const ratiosTo = (of: readonly Round[]) =>
    rates(both).map((rate, at) => rate / (of[at]?.rate ?? Number.NaN))
  const against = (name: string, ratios: readonly number[]) => ({
    ratio: `${times(median(ratios))} ${name} (${spreadOf(ratios)})`,
    ...{ goal: `≥ ${GOAL} × ${name}`, holds: median(ratios) >= GOAL },
  })
  const linesOf = (what: string, of: readonly Round[], more: Partial<Line> = {}): Line[] => [
    { what, figure: perSecond(median(rates(of))), spread: spreadOf(rates(of), perSecond), ...more },
    {
      what: '… processor time for one, authority + database',
      figure: `${ms(median(of.map(({ serverMs }) => serverMs)))} + ${ms(median(of.map(({ databaseMs }) => databaseMs)))}`,
    },
  ]
  return {
    title: 'Two authority processes',
    conditions: [
      `${database}. ${rounds} rounds in turn. Each process has a load process of its own with ${CONNECTIONS} connections and gets ${each} exchanges; the database and the load stand on the same cores as the authorities.`,
      'Two processes are measured on two cores, and one both on one core and on two: the first is what a second core with a second process brings, the second what a second process brings where one has the database and the load on a core beside it.',
      'Every token is stored with its event: counted after each round.',
    ],
    lines: [
      ...linesOf(
        'token exchange, two processes on two cores',
        both,
        against('one on one core', ratiosTo(alone)),
      ),
      ...linesOf('token exchange, one process on one core', alone),
      ...linesOf('token exchange, one process on two cores', one, {
        ratio: `two are ${times(median(ratiosTo(one)))} this (${spreadOf(ratiosTo(one))})`,
        ...{ goal: `two ≥ ${GOAL} × this`, holds: median(ratiosTo(one)) >= GOAL },
      }),
    ],
  }
}
