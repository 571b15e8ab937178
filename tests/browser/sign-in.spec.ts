import { consoleUrl, cookieOf } from './abuse/raw'
import { expect, expectNoAxeViolations, inBothThemes, type Persona, signInAs, test } from './fixtures'

const PERSONAS: readonly Persona[] = [
  'requester',
  'approver',
  'second approver',
  'compliance officer',
  'administrator',
]

test('the sign-in page offers every persona and is accessible in both themes', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible()
  for (const persona of PERSONAS)
    await expect(page.getByRole('button', { name: `Continue as ${persona}`, exact: true })).toBeVisible()
  await inBothThemes(page, () => expectNoAxeViolations(page))
})

for (const persona of PERSONAS) {
  test(`the ${persona} signs in with one click and comes home`, async ({ page }) => {
    await signInAs(page, persona)
    await expect(page).toHaveURL(/\/$/)
  })
}

test('who is not signed in is asked to sign in', async ({ page }) => {
  await page.goto('/requests')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('a browser that signs in again has one sign-in: the cookie it brought is worth nothing afterwards', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const headers = { cookie: await cookieOf(page) }
  const answer = async () => (await fetch(`${consoleUrl().origin}/api/grants`, { headers })).status
  expect(await answer()).toBe(200)
  await signInAs(page, 'approver')
  // It ends once the browser has been given the new one.
  await expect.poll(answer).toBe(401)
})

test('a browser that asks for the icon by its old name gets it, over a connection that outlives a proxy’s', async ({
  page,
}) => {
  const answer = await page.request.get('/favicon.ico')
  expect(answer.status()).toBe(200)
  expect(answer.headers()['content-type']).toContain('image/svg')
  expect(answer.headers()['keep-alive']).toContain('timeout=75')
})

test('a page brings its title in its head, whether or not somebody is signed in', async ({ page }) => {
  const head = async (path: string) => (await (await page.request.get(path)).text()).split('</head>')[0]
  expect(await head('/sign-in')).toContain('<title>Sign in')
  await signInAs(page, 'requester')
  expect(await head('/agents')).toContain('<title>Agents')
})
