import { database } from '@/lib/data/database'
import { addBacklog } from '@/tests/harness/backlog'
import { type Line, ms, quantile, timed } from './figures'
import { fetchPage } from './pages'

const REQUESTS = 5000
const AGENTS = 600
const ROUNDS = 40
const GOAL_MS = 150

async function aSignedRequest(): Promise<string> {
  const requester = await database().person.findFirstOrThrow({ where: { subject: 'requester' } })
  const { id } = await database().request.findFirstOrThrow({
    where: { state: 'granted', approvals: { some: {} }, requesterId: requester.id },
    orderBy: { filed: 'desc' },
  })
  return id
}

const numberOf = (body: string) => (body.match(/data-request="/g) ?? []).length

async function lineOf(what: string, url: string, cookie: string): Promise<Line> {
  const { status, body } = await fetchPage(url, cookie)
  if (status !== 200) throw new Error(`${url} answered ${status}.`)
  if (numberOf(body.toString()) === 0) throw new Error(`${url} shows no request.`)
  await timed(5, () => fetchPage(url, cookie))
  const took = await timed(ROUNDS, () => fetchPage(url, cookie))
  const p95 = quantile(took, 0.95)
  return {
    what: `${what}, p50 / p95`,
    figure: `${ms(quantile(took, 0.5))} / ${ms(p95)}`,
    goal: `p95 ≤ ${GOAL_MS} ms`,
    holds: p95 <= GOAL_MS,
  }
}

/** Five thousand requests of six hundred agents wait for one approver: what their inbox takes, whole and narrowed. */
export async function measureManyWaiting(consoleUrl: string, cookie: string): Promise<Line[]> {
  const backlog = { requests: REQUESTS, agents: AGENTS, grantsEach: 5 }
  const id = await aSignedRequest()
  await addBacklog({ ...backlog, waiting: id, granted: id })
  const inbox = `${consoleUrl}/approvals`
  const count = REQUESTS.toLocaleString('en')
  return [
    await lineOf(`page /approvals, ${count} waiting`, inbox, cookie),
    await lineOf('… the high ones of them', `${inbox}?risk=high`, cookie),
    await lineOf('… of one agent', `${inbox}?agent=backlog-7`, cookie),
    await answerLine(consoleUrl, cookie),
  ]
}

async function answerLine(consoleUrl: string, cookie: string): Promise<Line> {
  const url = `${consoleUrl}/api/approvals`
  const { rows, next } = JSON.parse((await fetchPage(url, cookie)).body.toString())
  if (rows.length === 0 || !next) throw new Error('The inbox is short.')
  const took = await timed(ROUNDS, () => fetchPage(url, cookie))
  return {
    what: '… what the page asks again, p50 / p95',
    figure: `${ms(quantile(took, 0.5))} / ${ms(quantile(took, 0.95))}`,
  }
}
