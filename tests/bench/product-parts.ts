import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeDatabase, database } from '@/lib/data/database'
import { connectionString } from '@/lib/ops/embedded/folder'
import { type Line, type Measured, ms } from './figures'
import { measureManyGrants } from './many-grants'
import { measureManyWaiting } from './many-waiting'
import { measureNarrowing } from './narrowing'
import { measurePages } from './pages'
import { measurePolicy } from './policy'
import { type Running, startProduct } from './product'
import { cookieOf } from './sign-in'

const LATER_START_GOAL_MS = 8000

async function aRequest(): Promise<string> {
  const request = await database().request.findFirst({
    where: { state: 'granted', approvals: { some: {} } },
    orderBy: { filed: 'desc' },
  })
  if (!request) throw new Error('The demo has no countersigned request.')
  return request.id
}

function startLine(what: string, took: number, goal: number): Line {
  return { what, figure: ms(took), goal: `≤ ${goal / 1000} s`, holds: took <= goal }
}

async function measureRunning(dataDir: string, { consoleUrl }: Running): Promise<Line[]> {
  Object.assign(process.env, {
    DATABASE_URL: connectionString(dataDir),
    COUNTERSIGN_EMBEDDED: '1',
    COUNTERSIGN_SECRET: readFileSync(join(dataDir, 'secret'), 'utf8').trim(),
  })
  const policy = await measurePolicy()
  const requestId = await aRequest()
  const administrator = await cookieOf(consoleUrl, 'administrator')
  const approver = await cookieOf(consoleUrl, 'approver')
  const pages = [
    ...(await measurePages(consoleUrl, administrator, requestId)),
    ...(await measurePages(consoleUrl, approver, requestId, ['/approvals'])),
  ]
  // What waits for the inbox is what an approver may narrow: the demo's own past is all decided.
  const inbox = await measureManyWaiting(consoleUrl, approver)
  return [
    ...policy,
    await measureNarrowing(),
    ...pages,
    ...inbox,
    ...(await measureManyGrants(consoleUrl, administrator)),
  ]
}

/** The whole product as `npm start` runs it: how long it takes to be there, and what its pages take. */
export async function measureProduct(port: number): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const ports = { consolePort: port, authorityPort: port + 1, demoPortBase: port + 2 }
  try {
    const first = await startProduct(dataDir, ports)
    await first.stop()
    const running = await startProduct(dataDir, ports)
    const starts = [
      startLine('start, built, new database and seed', first.readyAfterMs, 30_000),
      startLine('later start', running.readyAfterMs, LATER_START_GOAL_MS),
    ]
    let lines: Line[] = []
    let stopped = 0
    try {
      lines = await measureRunning(dataDir, running)
    } finally {
      await closeDatabase()
      stopped = await running.stop()
    }
    return {
      title: 'The product',
      conditions: [
        'The demo on its embedded database, built, one visitor at a time. Pages by HTTP on a connection that stays open; "bare" is the sign-in page. Scripts are those a first load fetches, compressed.',
      ],
      lines: [...starts, ...lines, startLine('stop after ctrl-C', stopped, 15_000)],
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
