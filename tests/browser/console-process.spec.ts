import { compare, startCrowd } from '../harness/crowd'
import { cookieOf } from './abuse/raw'
import { openStream, startConsole } from './console-process'
import { expect, signInAs, test } from './fixtures'

test.describe.configure({ timeout: 300_000 })

test('F9: a console told to end under load, with live streams open, cuts nobody off and leaves with 0', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const cookie = await cookieOf(page)
  const server = await startConsole()
  expect(server.isListening, server.output()).toBe(true)
  const streams = Array.from({ length: 4 }, () => openStream(server.url, cookie))
  await Promise.all(streams.map(({ began }) => began))
  const crowd = startCrowd(server.url, ['/requests', '/api/grants', '/readyz', '/healthz'], 8, { cookie })
  await expect.poll(() => crowd.calls.length, { timeout: 60_000 }).toBeGreaterThan(60)
  const probe = startCrowd(server.url, ['/readyz'], 1)
  await expect.poll(() => probe.calls.length, { timeout: 60_000 }).toBeGreaterThan(0)
  const told = performance.now()
  server.signal('SIGTERM')
  const [code] = await server.ended
  const tookMs = performance.now() - told
  await Promise.all([crowd.ended, probe.ended])
  const calls = [...crowd.calls, ...probe.calls]
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(15_000)
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(streams.map(() => 'ended'))
  expect(compare(calls, server.lines())).toMatchObject({ cut: 0, lost: 0, unlogged: 0, faulty: 0 })
  const after = calls.filter(({ asked }) => asked > told)
  const notReady = after.filter(({ path, status }) => path === '/readyz' && status === 503)
  // Whoever asks whether it is ready is told no before anybody finds the door shut.
  const shut = after.filter(({ isShut }) => isShut)
  expect(Math.min(...notReady.map(({ asked }) => asked))).toBeLessThan(
    Math.min(...shut.map(({ told: at }) => at)),
  )
  expect(server.lines().at(-1)).toMatchObject({ msg: 'drained', cut: false })
})

test('over https every cookie is of this host alone and of secure connections, and plain http is over for a browser', async ({
  request,
}) => {
  const consoleUrl = 'https://console.example'
  const server = await startConsole(undefined, { consoleUrl, environment: { COUNTERSIGN_DEMO: '0' } })
  expect(server.isListening, server.output()).toBe(true)
  const answer = await request.get(`${server.url}/api/auth/csrf`, { headers: { host: 'console.example' } })
  const set = answer.headersArray().filter(({ name }) => name.toLowerCase() === 'set-cookie')
  expect(set.length).toBeGreaterThan(0)
  // No silent redirect to https: that is the proxy's, for people alone.
  expect(answer.status()).toBe(200)
  expect(answer.url()).toBe(`${server.url}/api/auth/csrf`)
  for (const { value } of set) {
    expect(value).toMatch(/^__Host-[\w.-]+=/)
    for (const part of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']) expect(value).toContain(part)
    expect(value).not.toMatch(/;\s*Domain=/i)
  }
  expect(answer.headers()['strict-transport-security']).toMatch(/^max-age=\d{8}/)
  server.signal('SIGTERM')
  await server.ended
})

test.describe('without its database', () => {
  test.use({ expectedComplaints: [/500|503|Minified React error #441/] })

  test('a page shows the reference under which the log has the fault, and readiness says what is missing', async ({
    page,
  }) => {
    await signInAs(page, 'requester')
    const server = await startConsole(
      'postgresql:///postgres?user=postgres&host=%2Fnowhere&password=hunter2hunter2',
    )
    expect(server.isListening, server.output()).toBe(true)
    await page.goto(`${server.url}/requests`)
    await expect(page.getByRole('heading', { name: 'This page did not load' })).toBeVisible()
    const reference = await page
      .getByText(/^Reference/)
      .getByRole('code')
      .textContent()
    const ready = await page.request.get(`${server.url}/readyz`)
    expect(ready.status()).toBe(503)
    expect(await ready.json()).toEqual({
      status: 'not ready',
      missing: [{ part: 'database', says: 'The database does not answer.' }],
    })
    expect((await page.request.get(`${server.url}/healthz`)).status()).toBe(200)
    expect(await server.end()).toBe(0)
    const about = server.lines().filter((line) => line.reference === reference)
    expect(about).toContainEqual(expect.objectContaining({ msg: 'fault', code: 'ENOENT' }))
    expect(about).toContainEqual(expect.objectContaining({ msg: 'request', route: '/requests' }))
    expect(server.output()).not.toContain('hunter2')
  })
})
