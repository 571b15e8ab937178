import { get } from 'node:http'
import { type Line, ms, quantile, timed } from './figures'

/** What the administrator sees. Approvals is the approver's. */
export const PAGES = [
  '/',
  '/requests',
  '/requests/new',
  '/requests/:id',
  '/grants',
  '/agents',
  '/agents/refund-triage',
  '/resources',
  '/policies',
  '/audit',
  '/settings',
] as const

type Answer = { status: number; body: Buffer; wire: number }

/** One GET on a connection that stays open, with what went over the wire compressed. */
export function fetchPage(url: string, cookie: string, encoding = 'identity'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { cookie, 'accept-encoding': encoding } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({ status: response.statusCode ?? 0, body, wire: body.length })
      })
    }).on('error', reject)
  })
}

/** Scripts a first load fetches: those the page names, without the nomodule part. */
function scriptsOf(html: string): string[] {
  const tags = html.match(/<script[^>]*\ssrc="[^"]+"[^>]*>/g) ?? []
  const named = tags
    .filter((tag) => !/\snomodule/i.test(tag))
    .flatMap((tag) => tag.match(/\ssrc="([^"]+)"/)?.[1] ?? [])
  const preloaded = (html.match(/<link[^>]*as="script"[^>]*>/g) ?? []).flatMap(
    (tag) => tag.match(/href="([^"]+)"/)?.[1] ?? [],
  )
  return [...new Set([...named, ...preloaded])].map((src) => src.replaceAll('&amp;', '&'))
}

const ROUNDS = 60
const PAGE_GOAL_MS = 100
const SCRIPT_GOAL_KB = 200

/** Time of each page at the server and the scripts of its first load. The bare sign-in page is the measure. */
export async function measurePages(
  consoleUrl: string,
  cookie: string,
  requestId: string,
  pages: readonly string[] = PAGES,
): Promise<Line[]> {
  const bare = quantile(await timed(ROUNDS, () => fetchPage(`${consoleUrl}/sign-in`, '')), 0.5)
  const lines: Line[] = []
  for (const page of pages) {
    const url = `${consoleUrl}${page.replace(':id', requestId)}`
    const { status, body } = await fetchPage(url, cookie)
    if (status !== 200) throw new Error(`${page} answered ${status}.`)
    await timed(10, () => fetchPage(url, cookie))
    const took = await timed(ROUNDS, () => fetchPage(url, cookie))
    const sizes = await Promise.all(
      scriptsOf(body.toString()).map((src) => fetchPage(new URL(src, consoleUrl).href, '', 'gzip')),
    )
    const scripts = sizes.reduce((sum, { wire }) => sum + wire, 0) / 1000
    const p95 = quantile(took, 0.95)
    lines.push({
      what: `page ${page}, p50 / p95`,
      figure: `${ms(quantile(took, 0.5))} / ${ms(p95)}`,
      goal: `p95 ≤ ${PAGE_GOAL_MS} ms`,
      ratio: `${(quantile(took, 0.5) / bare).toFixed(1)} × bare`,
      holds: p95 <= PAGE_GOAL_MS,
    })
    lines.push({
      what: `page ${page}, first-load scripts`,
      figure: `${scripts.toFixed(0)} kB`,
      goal: `≤ ${SCRIPT_GOAL_KB} kB`,
      holds: scripts > 0 && scripts <= SCRIPT_GOAL_KB,
    })
  }
  return lines
}
