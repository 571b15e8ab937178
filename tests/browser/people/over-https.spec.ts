import { startConsole } from '../console-process'
import { comeAs, expect, test } from './fixtures'
import { startTlsFront } from './tls-front'

test.use({ ignoreHTTPSErrors: true, expectedComplaints: [/401/] })

test('V3.3.1: signed in over https, every cookie is of this host alone, and the sign-in is known by it', async ({
  browser,
  house,
}) => {
  const front = await startTlsFront()
  const environment = { ...house.environment, COUNTERSIGN_DEMO: '0' }
  const server = await startConsole(house.databaseUrl, { consoleUrl: front.url, environment })
  expect(server.isListening, server.output()).toBe(true)
  front.standBefore(Number(new URL(server.url).port))
  house.provider.register(`${front.url}/api/auth/callback/oidc`)
  const context = await browser.newContext({ baseURL: front.url, ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await comeAs(page, 'requester')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  const cookies = (await context.cookies()).filter(({ name }) => !name.startsWith('_'))
  const ours = (await context.cookies(front.url)).filter(({ name }) => name.startsWith('__Host-'))
  expect(ours.map(({ name }) => name)).toContain('__Host-next-auth.session-token')
  for (const cookie of ours)
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' })
  expect(cookies.filter(({ name }) => /next-auth|countersign/.test(name))).toEqual([])
  expect((await page.request.get('/api/grants')).status()).toBe(200)
  // The same value under a name that anybody on the way could have set is nobody.
  const token = ours.find(({ name }) => name.endsWith('session-token'))?.value ?? ''
  const plain = { headers: { cookie: `next-auth.session-token=${token}` }, maxRedirects: 0 }
  const stranger = await browser.newContext({ baseURL: front.url, ignoreHTTPSErrors: true })
  expect((await stranger.request.get('/api/grants', plain)).status()).toBe(401)
  const known = { headers: { cookie: `__Host-next-auth.session-token=${token}` } }
  expect((await stranger.request.get('/api/grants', known)).status()).toBe(200)
  await context.close()
  await stranger.close()
  house.provider.register(`${house.consoleUrl}/api/auth/callback/oidc`)
  expect(await server.end()).toBe(0)
  await front.stop()
})
