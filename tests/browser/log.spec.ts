import type { Page } from '@playwright/test'
import { foundIn, type Planted, plantedJwt, wholeDatabase } from '../harness/planted'
import { consoleUrl, cookieOf, formBody, send } from './abuse/raw'
import { BREAK_TRAIL, MEND_TRAIL, query } from './abuse/store'
import { productLog, productSecret } from './console-process'
import { fileRequest, sign } from './filing'
import { expect, test } from './fixtures'

test.describe.configure({ timeout: 300_000 })

const HOSTILE = '\u001b[31m "}\n{"level":60,"msg":"planted"} \u2028\u202e\u0085 %0d%0a'
const HEADER = 'a\u009b31m {"level":60,"msg":"planted"} \t "\\'

/** What a server of the product printed, without the name that the supervisor puts before it. */
const linesOf = (name: string) =>
  productLog()
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => line.slice(line.indexOf('│') + 2))

async function exportOf(format: string, cookie: string): Promise<string> {
  const form = await formBody([['format', format]])
  const headers = { ...form.headers, origin: consoleUrl().origin }
  return (await send('/audit/export', { ...form, method: 'POST', cookie, headers })).text
}

async function takeMandate(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  await page.getByRole('button', { name: 'Copy mandate' }).click()
  return page.evaluate(() => navigator.clipboard.readText())
}

test('A50: whatever a field holds, each request is one line of JSON', async ({ openAs }) => {
  const page = await openAs('requester')
  await fileRequest(page, 'resolve-a-refund-ticket', async () => {
    await page.getByLabel('Justification').fill(HOSTILE)
    await page.getByLabel('Goal').fill(HOSTILE.replaceAll('\n', ' '))
  })
  const cookie = await cookieOf(page)
  const references = Array.from({ length: 6 }, (_, number) => `a50-${Date.now()}-${number}`)
  const asks = [
    { path: `/${encodeURIComponent(HOSTILE)}` },
    { path: `/requests/${encodeURIComponent(HOSTILE)}` },
    { path: `/agents/x?${encodeURIComponent(HOSTILE)}=${encodeURIComponent(HOSTILE)}` },
    { path: '/audit', headers: { 'user-agent': HEADER, referer: HEADER } },
    { path: '/', headers: { 'next-action': HEADER, 'x-forwarded-for': HEADER } },
    { path: '/api/auth/session', headers: { authorization: HEADER } },
  ]
  for (const [at, ask] of asks.entries()) {
    const headers = { ...ask.headers, 'x-request-id': references[at] ?? '' }
    await send(ask.path, { headers, cookie })
  }
  await send('/requests', { headers: { 'x-request-id': HEADER }, cookie })
  await expect
    .poll(() => linesOf('console').filter((line) => line.includes(references[5] ?? '')))
    .not.toEqual([])
  const lines = [...linesOf('console'), ...linesOf('authority')]
  const read = lines.map((line) => JSON.parse(line))
  for (const reference of references)
    expect(read.filter((line) => line.reference === reference && line.msg === 'request')).toHaveLength(1)
  expect(lines.join('')).not.toContain('planted')
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
})

test('A51: a planted secret appears in no log, table, export or page of somebody else', async ({
  openAs,
}) => {
  const [requester, approver] = [await openAs('requester'), await openAs('approver')]
  const officer = await openAs('compliance officer')
  const request = `/requests/${await fileRequest(requester, 'summarise-a-ticket')}`
  await query(BREAK_TRAIL)
  await requester.getByRole('button', { name: 'Issue mandate' }).click()
  await expect(requester.getByText('Nothing was changed').first()).toBeVisible()
  await query(MEND_TRAIL)
  const planted: Planted[] = [
    { what: 'COUNTERSIGN_SECRET', text: productSecret() },
    ...plantedJwt('the mandate', await takeMandate(requester)),
  ]
  for (const page of [requester, approver, officer])
    for (const { name, value } of await page.context().cookies())
      if (value.length >= 32) planted.push({ what: `a cookie ${name}`, text: value })
  await approver.goto(`/requests/${await fileRequest(requester, 'resolve-a-refund-ticket')}`)
  await sign(approver, 'Deny', 'Not this week.')
  const nonces = await query<{ nonce: string }>('select nonce from approval order by signed desc limit 1')
  const cookie = await cookieOf(officer)
  const places = {
    log: productLog(),
    database: await wholeDatabase(query),
    csv: await exportOf('csv', cookie),
    jsonl: await exportOf('jsonl', cookie),
    trail: (await send('/audit', { cookie })).text,
    request: (await send(request, { cookie })).text,
  }
  expect(new Set(planted.map(({ what }) => what)).size).toBeGreaterThanOrEqual(5)
  for (const [place, text] of Object.entries(places)) {
    expect(text.length).toBeGreaterThan(1000)
    expect({ place, found: foundIn(planted, text) }).toEqual({ place, found: [] })
  }
  expect(nonces).toHaveLength(1)
  for (const { nonce } of nonces) expect(places.log).not.toContain(nonce)
})
