import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pool } from '@/lib/data/database'
import { type Line, type Measured, ms, quantile } from '../figures'
import { RAISED_LIMITS } from '../limits'
import { fetchPage } from '../pages'
import { type Running, startProduct } from '../product'
import { cookieOf } from '../sign-in'
import { type Served, startDatabase } from '../stage'
import { type Acknowledged, countLost, countUnchained } from './account'
import { agentsOf } from './agents'
import { type People, peopleOf, type Signing } from './people'
import { processorOf } from './processor'
import { type Acts, runAtRate, type Taken } from './rate'

const CALLERS = 12
const READ_GOAL_MS = 150
const ACT_GOAL_MS = 300
const PAGES = ['/', '/requests', '/grants', '/approvals', '/audit', '/agents']

export type MixedOptions = { port: number; seconds: number; perSecond: number }

/** The form of the demo's refund request, which one person has to countersign. */
async function refundForm() {
  const { rows } = await pool().query<{ id: string; agent_id: string; scope_ids: string[] }>(
    `select id, agent_id, scope_ids from template where slug = 'resolve-a-refund-ticket'`,
  )
  const [template] = rows
  if (!template) throw new Error('The demo has no refund template.')
  return [
    ['templateId', template.id],
    ['agentId', template.agent_id],
    ['goal', 'Look at one ticket.'],
    ['justification', 'The customer waits.'],
    ['ticket', 'SUP-1'],
    ['environment', 'staging'],
    ['durationMinutes', '30'],
    ...template.scope_ids.map((id) => ['scopeIds[]', id] as const),
  ] as const
}

/** Requests that are live before the clock starts, for the agents to work under. */
async function prepareCallers(people: People): Promise<string[]> {
  const ids: string[] = []
  for (let made = 0; made < CALLERS; made += 1) {
    const id = await people.submit()
    await people.approve(await people.prepare(id))
    ids.push(id)
  }
  return ids
}

function actsOf(consoleUrl: string, cookie: string, people: People, said: Acknowledged) {
  const waiting: string[] = []
  const prepared: Signing[] = []
  let turn = 0
  const read = async (path: string) => {
    const { status } = await fetchPage(`${consoleUrl}${path}`, cookie, 'gzip')
    if (status !== 200) throw new Error(`${path} answered ${status}.`)
  }
  return {
    page: () => read(PAGES[turn++ % PAGES.length] ?? '/'),
    list: () => read('/api/grants'),
    submit: async () => {
      const id = await people.submit()
      said.submitted.push(id)
      waiting.push(id)
    },
    prepare: async () => {
      const id = waiting.shift()
      if (!id) return 'skipped'
      prepared.push(await people.prepare(id))
    },
    approve: async () => {
      const signing = prepared.shift()
      if (!signing) return 'skipped'
      await people.approve(signing)
      said.approved.push(signing.requestId)
    },
  }
}

function lineOf(what: string, taken: readonly Taken[], goal?: number): Line {
  const values = taken.map(({ ms: value }) => value)
  if (values.length === 0) return { what, figure: 'none was answered', goal: 'some', holds: false }
  const p95 = quantile(values, 0.95)
  return {
    what: `${what}, p50 / p95 / p99 of ${values.length}`,
    figure: [0.5, 0.95, 0.99].map((share) => ms(quantile(values, share))).join(' / '),
    spread: `to ${ms(Math.max(...values))}`,
    ...(goal === undefined ? {} : { goal: `p95 ≤ ${goal} ms`, holds: p95 <= goal }),
  }
}

async function run(
  served: Served,
  running: Running,
  { seconds, perSecond, dataDir, port }: MixedOptions & { dataDir: string },
) {
  const { consoleUrl, issuer } = running
  process.env.BROWSER_CONSOLE_URL = consoleUrl
  const [requester, approver] = [
    await cookieOf(consoleUrl, 'requester'),
    await cookieOf(consoleUrl, 'approver'),
  ]
  const people = peopleOf(consoleUrl, { requester, approver }, await refundForm())
  const said: Acknowledged = { submitted: [], approved: [], issued: [] }
  const live = await prepareCallers(people)
  const refunds = `http://127.0.0.1:${port + 4}`
  const agents = await agentsOf(live, {
    ...{ issuer, refunds, secret: served.secret, demoDir: join(dataDir, 'demo') },
  })
  const acts: Acts = {
    ...actsOf(consoleUrl, approver, people, said),
    issue: async () => void said.issued.push(await agents.issue()),
    introspect: agents.introspect,
  }
  const spent = processorOf(served.folder)
  const { taken, faults, lateMs } = await runAtRate(acts, { perSecond, seconds })
  const processor = spent()
  agents.close()
  return {
    taken,
    faults,
    lateMs,
    processor,
    said,
    lost: await countLost(said),
    unchained: await countUnchained(),
  }
}

function linesOf({
  taken,
  faults,
  lateMs,
  processor,
  said,
  lost,
  unchained,
}: Awaited<ReturnType<typeof run>>): Line[] {
  const of = (...kinds: readonly Taken['kind'][]) => taken.filter(({ kind }) => kinds.includes(kind))
  const none = (what: string, count: number, more = ''): Line => ({
    what,
    figure: `${count}${more}`,
    goal: '0',
    holds: count === 0,
  })
  const acknowledged = said.submitted.length + said.approved.length + said.issued.length
  return [
    lineOf('reads of pages and lists', of('page', 'list'), READ_GOAL_MS),
    lineOf('submit', of('submit'), ACT_GOAL_MS),
    lineOf('approve', of('approve'), ACT_GOAL_MS),
    lineOf('show what will be signed', of('prepare')),
    lineOf('issue', of('issue')),
    lineOf('introspect', of('introspect')),
    none('errors', faults.length, faults[0] ? `: ${faults[0].slice(0, 120)}` : ''),
    none(`acknowledged and lost, of ${acknowledged}`, lost),
    none('entries of the trail that do not follow the one before', unchained),
    { what: 'latest start behind its time', figure: ms(lateMs) },
    { what: 'processor time by process, share of one core', figure: processor },
  ]
}

/** 100 requests a second of everything at once, against the product as it runs, on PostgreSQL. */
export async function measureMixed(options: MixedOptions): Promise<Measured> {
  const { port, seconds, perSecond } = options
  const count = Math.min(2, availableParallelism())
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const served = await startDatabase()
  try {
    const ports = { consolePort: port, authorityPort: port + 1, demoPortBase: port + 2 }
    const running = await startProduct(dataDir, ports, {
      ...{ DATABASE_URL: served.url, COUNTERSIGN_SECRET: served.secret, COUNTERSIGN_DEMO: '1' },
      ...RAISED_LIMITS,
      COUNTERSIGN_CONSOLE_PROCESSES: String(count),
    })
    const processes = count === 1 ? 'one process' : `${count} processes`
    const found = await run(served, running, { ...options, dataDir }).finally(() => running.stop())
    return {
      title: 'Mixed load',
      conditions: [
        `${served.database}. One console of ${processes} and one authority, started by npm start with the demo; ${perSecond} requests a second for ${seconds} s, begun by the clock whether or not earlier ones were answered, each timed from when it was due.`,
        'In a hundred, which is what three tasks make: 18 pages, 12 times the live list, 3 submits, 3 times what will be signed, 3 approvals, 18 issues, 43 introspections. All over HTTP: people through the console\u2019s server actions, agents and resource servers at the authority.',
        'At the end every acknowledged act is looked for in its table and in the trail, and the whole chain is computed again.',
      ],
      lines: linesOf(found),
    }
  } finally {
    await served.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
