import { createHash, randomBytes } from 'node:crypto'
import { exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { expectNoAxeViolations, inBothThemes, picture } from '../fixtures'
import { comeAs, type Employee, expect, type House, signInAs, test } from './fixtures'
import { CLIENT, type Signer } from './provider'

const SEES: Readonly<Record<Exclude<Employee, 'founder' | 'gardener'>, readonly string[]>> = {
  requester: ['New request', 'Live grants'],
  approver: ['Approvals', 'New request'],
  'compliance-officer': ['Audit trail', 'Policies'],
  administrator: ['Agents', 'Resource servers'],
}

const refusal = (page: import('@playwright/test').Page) => page.getByRole('main').getByRole('alert')
const rowsOf = (house: House, subject: string) =>
  house.query<{ id: string }>('select id from person where subject = $1', [subject])

test.afterEach(({ house }) => {
  house.provider.forge(null)
  house.provider.setAway(false)
})

test('the sign-in page offers the company’s provider and is accessible in both themes', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Continue with Company', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: /Continue as/ })).toHaveCount(0)
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `sign-in-provider-${theme}`)
  })
})

for (const [who, links] of Object.entries(SEES)) {
  test(`the ${who} signs in through the provider and sees their pages`, async ({ page }) => {
    await signInAs(page, who as Employee)
    for (const name of links)
      await expect(page.getByRole('navigation').getByRole('link', { name }).first()).toBeVisible()
  })
}

test('whoever was on their way to a page comes to it', async ({ page }) => {
  await page.goto('/requests')
  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await page.getByRole('button', { name: 'I am the requester', exact: true }).click()
  await expect(page).toHaveURL(/\/requests$/)
})

test('signing in again ends the sign-in whose cookie the browser brought', async ({ page, house }) => {
  await signInAs(page, 'requester')
  const open = () =>
    house.query<{ id: string }>(
      `select s.id from sign_in s join person p on p.id = s.person_id
       where p.subject = 'requester' and s.ended is null order by s.started desc`,
    )
  const [brought, ...others] = await open()
  await page.goto('/sign-in')
  // The provider remembers who this is.
  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  expect(brought).toBeDefined()
  await expect.poll(async () => (await open()).slice(1)).toEqual(others)
})

test('the cookie is for this host and for no script', async ({ page, context }) => {
  await signInAs(page, 'requester')
  const cookies = (await context.cookies()).filter(({ name }) => name.includes('next-auth'))
  expect(cookies.map(({ name }) => name)).toContain('next-auth.session-token')
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
})

test('somebody whose groups mean nothing here is told whom to ask, and is not kept', async ({
  page,
  house,
}) => {
  await comeAs(page, 'gardener')
  await expect(refusal(page)).toContainText('You have no role here.')
  await expect(refusal(page)).toContainText('Ask whoever runs Countersign')
  expect(await rowsOf(house, 'gardener')).toEqual([])
})

test.describe('a page that is left open', () => {
  // It asks on, and is told that nobody is signed in.
  test.use({ expectedComplaints: [/401/] })

  test('a disabled person is not signed in', async ({ page, house }) => {
    house.provider.accounts.set('leaver', { name: 'Leaver', groups: ['everybody'] })
    await comeAs(page, 'leaver')
    await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
    await house.query('update person set disabled = now() where subject = $1', ['leaver'])
    await page.context().clearCookies()
    await comeAs(page, 'leaver')
    await expect(refusal(page)).toContainText('This account is disabled.')
    const live = await house.query(
      'select 1 from sign_in s join person p on p.id = s.person_id where subject = $1',
      ['leaver'],
    )
    expect(live).toHaveLength(1)
  })
})

const FORGED = {
  'of another issuer': { iss: 'https://evil.example' },
  'for another audience': { aud: 'somebody-else' },
  'with another nonce': { nonce: 'guessed' },
  'without a nonce': { nonce: undefined },
  'that is out of time': { exp: 1_700_000_000 },
  'of a subject that is no text': { sub: 7 },
}

for (const [which, change] of Object.entries(FORGED)) {
  test(`an ID token ${which} signs nobody in`, async ({ page, house, context }) => {
    house.provider.forge((claims) => Object.assign({ ...claims }, change))
    await comeAs(page, 'requester')
    await expect(refusal(page)).toContainText('The answer does not fit what this browser asked.')
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('next-auth.session-token')
  })
}

const bytes = (text: string) => new TextEncoder().encode(text)
const hs256 = (claims: JWTPayload, kid: string, secret: string) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(bytes(secret))

/** Who signs in place of the provider, with claims that are right to the letter. */
const MISSIGNED: Readonly<Record<string, Signer>> = {
  'by another key under the same name': async (claims, { kid }) => {
    const { privateKey } = await generateKeyPair('RS256')
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
  },
  'by nobody, with the algorithm none': async (claims) => new UnsecuredJWT(claims).encode(),
  'by HS256 with the public key': async (claims, { kid, publicKey }) =>
    hs256(claims, kid, await exportSPKI(publicKey)),
  'by HS256 with the secret of the client': (claims, { kid }) => hs256(claims, kid, CLIENT.secret),
}

for (const [whom, signer] of Object.entries(MISSIGNED)) {
  test(`an ID token signed ${whom} signs nobody in`, async ({ page, house, context }) => {
    house.provider.forge((claims) => claims, signer)
    await comeAs(page, 'requester')
    await expect(refusal(page)).toContainText('The answer does not fit what this browser asked.')
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('next-auth.session-token')
  })
}

test('an ID token that the provider signs anew, unchanged, signs in', async ({ page, house }) => {
  house.provider.forge((claims) => claims)
  await signInAs(page, 'requester')
})

test('an answer with another state, in another browser or a second time signs nobody in', async ({
  page,
  openBrowser,
}) => {
  let answer = ''
  page.on('request', (request) => {
    if (request.url().includes('/api/auth/callback/oidc?')) answer = request.url()
  })
  await signInAs(page, 'requester')
  const other = await openBrowser()
  const forged = new URL(answer)
  forged.searchParams.set('state', randomBytes(32).toString('base64url'))
  for (const at of [answer, forged.href]) {
    await other.goto(at)
    await expect(refusal(other)).toContainText('The answer does not fit what this browser asked.')
  }
  await page.goto(answer)
  await expect(refusal(page)).toContainText('The answer does not fit what this browser asked.')
  await comeStarted(other)
  await other.goto(answer)
  await expect(refusal(other)).toContainText('The answer does not fit what this browser asked.')
  expect((await other.context().cookies()).map(({ name }) => name)).not.toContain('next-auth.session-token')
})

/** Has asked the provider and waits on its page. */
async function comeStarted(page: import('@playwright/test').Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Company sign-in' })).toBeVisible()
}

test('a provider that says no, and one that is away, are said so', async ({ page, house }) => {
  await comeStarted(page)
  await page.goto('/api/auth/callback/oidc?error=access_denied')
  await expect(refusal(page)).toContainText('The identity provider signed nobody in.')
  house.provider.setAway(true)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await expect(refusal(page)).toContainText('The identity provider did not answer.')
  await picture(page, 'sign-in-provider-away')
  house.provider.setAway(false)
  await signInAs(page, 'requester')
})

test('the form may go to the provider and nowhere else', async ({ page, house }) => {
  const answer = await page.goto('/sign-in')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain(`form-action 'self' ${house.provider.issuer};`)
})

test('what is asked of the provider has PKCE, state and nonce', async ({ page }) => {
  let asked = ''
  page.on('request', (request) => {
    if (request.url().includes('/auth?')) asked = request.url()
  })
  await comeStarted(page)
  const { searchParams } = new URL(asked)
  expect(searchParams.get('code_challenge_method')).toBe('S256')
  for (const name of ['code_challenge', 'state', 'nonce'])
    expect(searchParams.get(name)).toMatch(/^[\w-]{43}$/)
  expect(searchParams.get('code_challenge')).not.toBe(createHash('sha256').update('').digest('base64url'))
})

test('signing out ends the sign-in on the server', async ({ page, house, context }) => {
  const live = async () =>
    (await house.query<{ id: string }>('select id from sign_in where ended is null')).map(({ id }) => id)
  const before = await live()
  await signInAs(page, 'requester')
  const made = (await live()).filter((id) => !before.includes(id))
  expect(made).toHaveLength(1)
  const kept = await context.cookies()
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await context.addCookies(kept)
  await page.goto('/requests')
  await expect(page).toHaveURL(/\/sign-in/)
  expect((await live()).filter((id) => made.includes(id))).toEqual([])
})

test.describe('after its idle time', () => {
  // The page that is still open asks on, and is told that nobody is signed in.
  test.use({ expectedComplaints: [/401/] })

  test('a sign-in that nobody used is over', async ({ page, house }) => {
    await signInAs(page, 'requester')
    await house.query(`update sign_in set idle_ends = now() - interval '1 second'`)
    await page.goto('/requests')
    await expect(page).toHaveURL(/\/sign-in/)
  })
})
