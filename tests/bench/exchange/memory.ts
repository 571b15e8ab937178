import { startHelper } from '../child'
import { rssOf } from '../cpu'
import type { Measured } from '../figures'
import { withStage } from '../stage'
import { type Caller, CONNECTIONS, makeCallers } from './callers'
import { exchanges, issueAll, withAllStored } from './issuing'

const FIRST = 10_000
const CHUNK = 5_000
// Grants and mandates end within the hour: whoever asks for longer than that comes with new ones.
const NEW_CALLERS_EVERY = 100_000
const GOAL_MB = 100
const MB = 1_000_000

const mb = (bytes: number) => `${(bytes / MB).toFixed(0)} MB`

/** What the authority holds in memory after so many issues, beside what it held after ten thousand. */
export function measureMemory(port: number, issues: number): Promise<Measured> {
  if (issues <= FIRST) throw new Error(`More than ${FIRST} issues are needed.`)
  return withStage(port, async ({ served, folder, authority, world }) => {
    const { issuer } = authority
    const load = startHelper('exchange/load.ts', { folder })
    const rss: number[] = []
    let callers: Caller[] = []
    const issueChunk = async (at: number) => {
      if (at % NEW_CALLERS_EVERY === 0)
        callers = await makeCallers(world, { issuer, secret: served.secret, count: CONNECTIONS })
      const requests = exchanges(callers, issuer)(CHUNK)
      await issueAll(load, { port: authority.port, connections: CONNECTIONS, requests })
      rss.push(rssOf(authority.pid()))
    }
    const issueAllOfThem = async () => {
      for (let at = 0; at < issues; at += CHUNK) await issueChunk(at)
      return rss.length * CHUNK
    }
    try {
      const count = await withAllStored(served.url, issueAllOfThem, (done) => done)
      return measuredOf(served.database, count, rss)
    } finally {
      await load.stop()
    }
  })
}

function measuredOf(database: string, count: number, rss: readonly number[]): Measured {
  const [first = Number.NaN, last = Number.NaN] = [rss[FIRST / CHUNK - 1], rss.at(-1)]
  const later = rss.slice(FIRST / CHUNK)
  const grown = last - first
  return {
    title: 'Memory',
    conditions: [
      `${database}. One authority process, one load process with ${CONNECTIONS} connections, ${count.toLocaleString('en')} issues; its resident memory is read after every ${CHUNK.toLocaleString('en')}.`,
      `Every token is stored with its event: counted at the end. Callers come with new grants after every ${NEW_CALLERS_EVERY.toLocaleString('en')}.`,
    ],
    lines: [
      { what: `resident after ${FIRST.toLocaleString('en')} issues`, figure: mb(first) },
      {
        what: `resident after ${count.toLocaleString('en')} issues`,
        figure: mb(last),
        spread: `${mb(Math.min(...later))} to ${mb(Math.max(...later))}`,
        ratio: `${grown < 0 ? '−' : '+'}${mb(Math.abs(grown))}`,
        ...{ goal: `within ${GOAL_MB} MB of the first`, holds: grown <= GOAL_MB * MB },
      },
    ],
  }
}
