import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { closeDatabase, database } from '@/lib/data/database'
import { connectionString } from '../embedded/folder'
import { type Line, ms, tableOf } from './figures'
import { measurePages } from './pages'
import { measurePolicy } from './policy'
import { startProduct } from './product'

const PORTS = { consolePort: 3900, authorityPort: 3901, demoPortBase: 3902 }
const LATER_START_GOAL_MS = 8000

/** Signs in the way a person does and returns the cookies. */
async function cookieOf(consoleUrl: string, persona: string): Promise<string> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage()
  await page.goto(`${consoleUrl}/sign-in`)
  await page.getByRole('button', { name: `Continue as ${persona}`, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  const cookies = await page.context().cookies()
  await browser.close()
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

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

async function main(dataDir: string) {
  const first = await startProduct(dataDir, PORTS)
  await first.stop()
  const running = await startProduct(dataDir, PORTS)
  const lines = [
    startLine('start, built, new database and seed', first.readyAfterMs, 30_000),
    startLine('later start', running.readyAfterMs, LATER_START_GOAL_MS),
  ]
  try {
    process.env.DATABASE_URL = connectionString(dataDir)
    process.env.COUNTERSIGN_EMBEDDED = '1'
    process.env.COUNTERSIGN_SECRET = readFileSync(join(dataDir, 'secret'), 'utf8').trim()
    lines.push(...(await measurePolicy()))
    const requestId = await aRequest()
    await closeDatabase()
    const { consoleUrl } = running
    const administrator = await cookieOf(consoleUrl, 'administrator')
    const approver = await cookieOf(consoleUrl, 'approver')
    lines.push(...(await measurePages(consoleUrl, administrator, requestId)))
    lines.push(...(await measurePages(consoleUrl, approver, requestId, ['/approvals'])))
  } finally {
    lines.push({ ...startLine('stop after ctrl-C', await running.stop(), 15_000) })
  }
  console.log(
    `\nNode ${process.version}, ${cpus().length} cores ${cpus()[0]?.model ?? ''}, embedded database, ${new Date().toISOString()}\n`,
  )
  console.log(tableOf(lines))
  process.exitCode = lines.every(({ holds }) => holds) ? 0 : 1
}

const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
await main(dataDir).finally(() => rmSync(dataDir, { recursive: true, force: true }))
