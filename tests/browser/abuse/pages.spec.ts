import { readdirSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { may, PAGES, type Role } from '@/lib/domain/access'
import { fileRequest } from '../filing'
import { expect, type Persona, signInAs, test } from '../fixtures'
import { withdraw } from './actions'
import { type Answer, consoleUrl, cookieOf, type Sent, send } from './raw'
import { letSweep, query, readState } from './store'

test.describe.configure({ timeout: 300_000 })
test.use({ expectedComplaints: [/404|X-Frame-Options|frame-ancestors/] })

const ROLES: Readonly<Record<Persona, readonly Role[]>> = {
  requester: ['requester'],
  approver: ['requester', 'approver'],
  'second approver': ['requester', 'approver'],
  'compliance officer': ['auditor'],
  administrator: ['administrator', 'requester'],
}
const PERSONAS = Object.keys(ROLES) as Persona[]

/** What is there to be found: a request only its own side may see, another one, and what hangs on them. */
type Things = {
  request: string
  grant: string
  waiting: string
  leaf: number
  agent: string
  decision: string
  person: string
}
let things: Things
const cookies: Partial<Record<Persona, string>> = {}
const cookie = (persona: Persona) => cookies[persona] ?? ''

test.beforeAll(async ({ browser }) => {
  const baseURL = consoleUrl().href
  for (const persona of PERSONAS) {
    const context = await browser.newContext({ baseURL })
    const page = await context.newPage()
    await signInAs(page, persona)
    cookies[persona] = await cookieOf(page)
    if (persona === 'administrator') things = await makeThings(page)
    await context.close()
  }
})

// The inbox is as it was for whoever comes next.
test.afterAll(async () => {
  await withdraw(things.waiting, cookie('administrator'))
  await letSweep()
})

async function makeThings(page: Page): Promise<Things> {
  const request = await fileRequest(page, 'summarise-a-ticket')
  const waiting = await fileRequest(page, 'rotate-a-production-secret')
  const [found] = await query<Omit<Things, 'request' | 'waiting'>>(
    `select g.id as grant, e.leaf::int as leaf, e.decision_ids[1] as decision, a.slug as agent,
       (select id from person where subject = 'approver') as person
     from permission_grant g join agent a on a.id = g.agent_id
     join trail_event e on e.request_id = g.request_id and e.type = 'request.filed'
     where g.request_id = $1`,
    [request],
  )
  if (!found) throw new Error('The request has no grant.')
  return { request, waiting, ...found }
}

const details = ({ request, waiting, leaf, agent, person }: Things) => [
  `/requests/${request}`,
  `/requests/${request}/edit`,
  `/requests/${waiting}`,
  `/requests/${waiting}/edit`,
  `/requests/new?from=${request}`,
  `/audit/${leaf}`,
  `/agents/${agent}`,
  `/agents/${agent}/templates`,
  `/settings/people/${person}`,
]
const everyPath = () => [
  ...PAGES.map(({ href }) => href),
  ...details(things),
  ...[
    '/setup',
    '/sign-in',
    '/forgot-password',
    '/invite',
    '/reset',
    '/second-factor',
    '/api/approvals',
    '/api/grants',
    '/api/notices',
    '/api/live',
    '/approvals/export',
    '/audit/export',
    '/settings/webhooks/W-00000000',
    '/api/auth/session',
    '/api/auth/csrf',
  ],
  ...['/api/auth/signout', '/api/auth/signin', '/api/auth/callback/demo', '/nothing'],
]

/** What no stranger may read anywhere. */
const secrets = () => [things.request, things.grant, things.waiting, things.agent, things.decision]
/** What was asked for may come back, as the address to return to. */
const expectNoData = ({ text, headers }: Answer, asked: string) => {
  for (const secret of secrets().filter((one) => !asked.includes(one)))
    expect(`${text}${JSON.stringify(headers)}`, asked).not.toContain(secret)
  for (const label of ['>Audit trail<', '"Audit trail"', 'Account,']) expect(text, asked).not.toContain(label)
}

// Whole words: a leaf's number may also be a part of a script's.
const withoutPath = (text: string, path: string) =>
  text
    .replaceAll(path, '/PATH')
    .replaceAll(encodeURIComponent(path), '/PATH')
    .replaceAll(new RegExp(`\\b${path.split('/').at(-1)}\\b`, 'g'), 'LAST')

// What differs from answer to answer whoever asks: the path itself, nonces, ids of this one answer, clocks.
const settled = (text: string, paths: readonly string[]) =>
  paths
    .reduce(withoutPath, text)
    .replaceAll(/R-[0-9A-Z]{4,26}/g, 'LAST')
    .replaceAll(/nonce\\?["']?[=:]\\?["'][^"'\\]+/g, 'NONCE')
    .replaceAll(/[A-Za-z0-9_-]{21}/g, (id) => (/^[a-z-]+$/.test(id) ? id : 'ID'))
    .replaceAll(/\d{13}|\d\d:\d\d(:\d\d)?/g, 'TIME')
    .replaceAll(/trail[^<]{0,80}\d+/gi, 'TRAIL')
    // The parts of a page come in the order they are ready, and are numbered as they come.
    .replaceAll(/\$[A-Z]?[0-9a-f]{1,2}(?=\W)/g, '$')
    .split(/\\n|<script|<\/script>|self\.__next_f\.push\(\[1,"|"\]\)/)
    .map((part) => part.replace(/^[0-9a-f]{1,2}:/, ''))
    .filter(Boolean)
    .sort()
    .join('\n')

const mainOf = async (page: Page) => ({
  main: await page.getByRole('main').innerText(),
  links: await page.getByRole('link').allInnerTexts(),
})

test('A31: what is not yours answers like what never was', async ({ openAs }) => {
  const absent = {
    request: 'R-0000000000',
    leaf: 999_999_999,
    agent: 'nobody-there',
    waiting: 'R-0000000001',
  }
  for (const persona of PERSONAS) {
    const forbidden = PAGES.filter(({ ability }) => !may({ roles: ROLES[persona] }, ability))
    const page = await openAs(persona)
    await page.goto('/nothing')
    await expect(page).toHaveTitle('Nothing here · Countersign')
    const nothing = await mainOf(page)
    for (const { href } of forbidden) {
      const answer = await page.goto(href)
      expect(answer?.status(), `${href} for the ${persona}`).toBe(404)
      await expect(page, `${href} for the ${persona}`).toHaveTitle('Nothing here · Countersign')
      expect(await mainOf(page), `${href} for the ${persona}`).toEqual(nothing)
    }
    for (const id of [things.person, 'P-000000000000'])
      if (!may({ roles: ROLES[persona] }, 'people.see')) {
        const answer = await page.goto(`/settings/people/${id}`)
        expect(answer?.status(), `a person for the ${persona}`).toBe(404)
        expect(await mainOf(page), `a person for the ${persona}`).toEqual(nothing)
      }
    // The administrator's own request, asked for by people who have no part in it.
    if (may({ roles: ROLES[persona] }, 'request.see_all')) continue
    for (const [theirs, never] of [
      [`/requests/${things.request}`, `/requests/${absent.request}`],
      [`/requests/${things.request}/edit`, `/requests/${absent.request}/edit`],
      [`/audit/${things.leaf}`, `/audit/${absent.leaf}`],
    ] as const) {
      const [one, other] = await Promise.all([
        send(theirs, { cookie: cookie(persona) }),
        send(never, { cookie: cookie(persona) }),
      ])
      expect(one.status, theirs).toBe(404)
      expect(other.status, never).toBe(404)
      expect(settled(one.text, [theirs, never])).toBe(settled(other.text, [theirs, never]))
      await page.goto(theirs)
      expect(await mainOf(page)).toEqual(nothing)
    }
  }
})

const WAYS: Readonly<Record<string, Sent>> = {
  GET: {},
  HEAD: { method: 'HEAD' },
  OPTIONS: { method: 'OPTIONS' },
  prefetch: {
    headers: { rsc: '1', 'next-router-prefetch': '1', purpose: 'prefetch', 'sec-purpose': 'prefetch' },
  },
  prerender: { headers: { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' } },
  payload: { headers: { rsc: '1' } },
}

for (const persona of PERSONAS)
  test(`A05: looking changes nothing, as ${persona}`, async () => {
    const before = await readState()
    for (const path of everyPath())
      for (const [way, sent] of Object.entries(WAYS)) {
        const { status } = await send(path, { ...sent, cookie: cookie(persona) })
        expect(status, `${way} ${path}`).toBeLessThan(500)
      }
    expect(await readState()).toEqual(before)
  })

test('A06, A36: no answer may be framed or kept', async () => {
  for (const path of everyPath())
    for (const one of [cookie('administrator'), '']) {
      const { headers } = await send(path, { cookie: one })
      expect(headers['x-frame-options'], path).toBe('DENY')
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options'], path).toBe('nosniff')
      expect(headers['referrer-policy'], path).toBe('same-origin')
      expect(headers['access-control-allow-origin'], path).toBeUndefined()
      expect(headers['cache-control'], path).toContain('no-store')
      expect(headers.etag, path).toBeUndefined()
    }
})

test('A06: another page cannot frame the console', async ({ openAs }) => {
  const page = await openAs('approver')
  const body = `<iframe src="${new URL(`/requests/${things.waiting}`, consoleUrl())}"></iframe>`
  await page.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto('http://evil.example/')
  await expect.poll(() => page.frames().at(1)?.url()).toMatch(/^chrome-error:/)
  await expect(
    page.frames().at(1)?.getByRole('button', { name: 'Approve' }) ?? page.locator('b'),
  ).toHaveCount(0)
})

/** Every address there is, read from the folder: a page that nobody tries here fails this file. */
const routes = () =>
  readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)(page\.tsx|route\.ts)$/.test(path))
    .map((path) => path.replace(/\([^)]*\)\//g, '').replace(/\/?(page\.tsx|route\.ts)$/, ''))
    .map((path) => `/${path}`)

test('A34: every page and route of the folder is among those that are tried', () => {
  const tried = everyPath().map((path) => path.replace(/\?.*/, ''))
  const all = routes()
  expect(all.length).toBeGreaterThan(15)
  const untried = all.filter((route) => {
    const pattern = route.replace(/\[\.\.\.\w+\]/g, '.+').replace(/\[\w+\]/g, '[^/]+')
    return !tried.some((path) => new RegExp(`^${pattern}$`).test(path))
  })
  expect(untried).toEqual([])
})

test('A34: no spelling of a path shows anything to somebody who is not signed in', async () => {
  const stem = (path: string) => (path === '/' ? '/index' : path)
  const spellings = (path: string): [string, Sent][] => [
    [path, {}],
    [path, { headers: { 'x-middleware-subrequest': 'proxy' } }],
    [path, { headers: { 'x-middleware-subrequest': Array(5).fill('middleware').join(':') } }],
    [path, { headers: { 'x-middleware-subrequest': Array(5).fill('src/middleware').join(':') } }],
    [path, { headers: { rsc: '1' } }],
    [path, { headers: { rsc: '1', 'next-router-prefetch': '1' } }],
    [path, { headers: { 'x-nextjs-data': '1' } }],
    [path, { headers: { 'x-invoke-path': path, 'x-invoke-status': '200', 'x-matched-path': path } }],
    [path, { headers: { 'x-original-url': path, 'x-rewrite-url': path } }],
    [path, { method: 'HEAD' }],
    [path, { cookie: 'next-auth.session-token=eyJhbGciOiJub25lIn0.e30.' }],
    [`${stem(path)}.rsc`, {}],
    [`${stem(path)}.json`, {}],
    [`/${path}`, {}],
    [`//${path}`, {}],
    [`/.${path}`, {}],
    [path.replace(/\/(?=[^/])/, '/%2f'), {}],
    [path.replace(/\/(?=[^/])/, '/%2e%2e/'), {}],
    [path.replace(/\/(?=[^/])/, '/\\'), {}],
    [`/_next/data/build${stem(path)}.json`, {}],
    [`/_next/../${path.slice(1)}`, {}],
    [`${path}?_rsc=1`, { headers: { rsc: '1' } }],
    [path.toUpperCase(), {}],
  ]
  for (const path of everyPath())
    for (const [spelt, sent] of spellings(path)) {
      const answer = await send(spelt, sent)
      expect(answer.status, spelt).toBeLessThan(500)
      expectNoData(answer, path)
    }
})

test('A34: Try it against somebody who is signed in, and it does show', async () => {
  const { status, text } = await send(`/requests/${things.request}`, { cookie: cookie('administrator') })
  expect(status).toBe(200)
  expect(text).toContain(things.grant)
})

test('A36: one address shows each person their own, and nothing after signing out', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto(`/requests/${things.request}`)
  await expect(page.getByText(things.request).first()).toBeVisible()
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in$/)
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible()
  await expect(page.getByText(things.request)).toHaveCount(0)
  await signInAs(page, 'requester')
  const answer = await page.goto(`/requests/${things.request}`)
  expect(answer?.status()).toBe(404)
})

const ELSEWHERE = [
  'https://evil.example',
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/%0a/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  `${'http://localhost'}@evil.example/`,
  'http:evil.example',
  '/..//evil.example',
  '/sign-in?to=//evil.example',
]

test('A46: signing in leads nowhere but into the console', async ({ page }) => {
  for (const to of ELSEWHERE) {
    await page.goto(`/sign-in?to=${encodeURIComponent(to)}`)
    await page.getByRole('button', { name: 'Continue as requester', exact: true }).click()
    await expect(page, to).not.toHaveURL(/\/sign-in/)
    expect(new URL(page.url()).origin, to).toBe(consoleUrl().origin)
  }
})

test('A46: next-auth’s own addresses lead nowhere else either', async () => {
  for (const to of ELSEWHERE)
    for (const at of ['signin', 'signout', 'signin/demo', 'error', 'callback/demo', 'session']) {
      const answer = await send(`/api/auth/${at}?callbackUrl=${encodeURIComponent(to)}`)
      const { location } = answer.headers
      if (location) expect(new URL(location, consoleUrl()).origin, `${at} ${to}`).toBe(consoleUrl().origin)
      for (const set of answer.headers['set-cookie'] ?? []) {
        const kept = /callback-url=([^;]+)/.exec(set)?.[1]
        if (kept) expect(new URL(decodeURIComponent(kept)).origin, `${at} ${to}`).toBe(consoleUrl().origin)
      }
    }
})

const FROM_ELSEWHERE: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example' },
  { host: 'countersign.example:443' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-for': '203.0.113.9' },
  { 'x-forwarded-for': '203.0.113.9, 127.0.0.1' },
  { forwarded: 'for=203.0.113.9;host=evil.example' },
  { via: '1.1 tunnel' },
  { 'x-real-ip': '203.0.113.9' },
  { 'cf-connecting-ip': '203.0.113.9' },
  { 'true-client-ip': '203.0.113.9' },
  { 'x-original-host': 'evil.example' },
  { 'ngrok-trace-id': '1' },
]

test('A demo that a tunnel publishes shows nothing to anybody, signed in or not', async () => {
  const before = await readState()
  for (const headers of FROM_ELSEWHERE)
    for (const path of [
      '/',
      '/requests',
      `/requests/${things.request}`,
      '/api/approvals',
      '/api/grants',
      '/api/notices',
      '/api/live',
      '/audit',
    ]) {
      const answer = await send(path, { headers, cookie: cookie('administrator') })
      expect([307, 401], `${path} ${JSON.stringify(headers)}`).toContain(answer.status)
      expectNoData(answer, path)
    }
  expect(await readState()).toEqual(before)
})
