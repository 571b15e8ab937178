import type { Page } from '@playwright/test'
import { secretIn } from '../../harness/mail'
import { expectNoAxeViolations, inBothThemes, picture } from '../fixtures'
import { expect, test } from './fixtures'
import { appCode, fillSignIn } from './sign-in'

// In this order: the first administrator invites, and everybody signs in again with what they have then.
test.describe.configure({ mode: 'serial' })

const ADMINISTRATOR = { email: 'ada@example.org', password: 'nine grey herons wade' }
const COLLEAGUE = { email: 'bea@example.org', password: 'four loud geese land' }
const OTHER = 'two red kites circle'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1, exact: true })
const alert = (page: Page) => page.getByRole('main').getByRole('alert')

let secret = ''
let recoveryCodes: string[] = []

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `${name}-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 700 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await picture(page, `${name}-320`)
  await page.setViewportSize({ width: 1280, height: 900 })
}

test('whoever follows the printed link becomes administrator with a password and a second factor', async ({
  page,
  office,
}) => {
  test.setTimeout(300_000)
  await page.goto(office.printedLink())
  await button(page, 'Use this link').click()
  await field(page, 'Name').fill('Ada')
  await field(page, 'E-mail').fill(ADMINISTRATOR.email)
  await field(page, 'New password').fill('password')
  await button(page, 'Become administrator').click()
  await expect(page.getByText('A password has 12 to 128 characters.')).toBeVisible()
  await expect(field(page, 'E-mail')).toHaveValue(ADMINISTRATOR.email)
  await expect(field(page, 'New password')).toHaveValue('')
  await look(page, 'first-password')
  await field(page, 'New password').fill(ADMINISTRATOR.password)
  await button(page, 'Become administrator').click()

  await expect(heading(page, 'Second factor')).toBeVisible()
  await page.goto('/settings')
  await expect(heading(page, 'Second factor')).toBeVisible()
  await button(page, 'Set up second factor').click()
  await expect(page.getByRole('img', { name: 'The secret as a QR code' })).toBeVisible()
  await look(page, 'second-factor-set-up')
  secret = (await page.getByRole('main').locator('code').textContent()) ?? ''
  await field(page, 'Code').fill('000000')
  await button(page, 'Confirm').click()
  await expect(page.getByText('This code is not right.', { exact: true })).toBeVisible()
  await field(page, 'Code').fill(appCode(secret))
  await button(page, 'Confirm').click()
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  recoveryCodes = await codes.allTextContents()
  await look(page, 'recovery-codes')
  await page.getByRole('link', { name: 'Continue', exact: true }).click()
  await expect(heading(page, 'Settings')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Sign-in', exact: true })).toContainText(
    '10 recovery codes left',
  )
})

test('the administrator signs in with a code, invites somebody, and they join', async ({
  page,
  office,
  openBrowser,
}) => {
  test.setTimeout(300_000)
  const asked: string[] = []
  await page.goto('/settings')
  await fillSignIn(page, ADMINISTRATOR.email, ADMINISTRATOR.password)
  await expect(heading(page, 'Second factor')).toBeVisible()
  await look(page, 'second-factor-code')
  // Until the code is given, no page and no act is theirs.
  await page.goto('/settings')
  await expect(heading(page, 'Second factor')).toBeVisible()
  await field(page, 'Code').fill('000000')
  await button(page, 'Continue').click()
  await expect(alert(page)).toContainText('This code is not right')
  await field(page, 'Code').fill(appCode(secret, 1))
  await button(page, 'Continue').click()
  await expect(heading(page, 'Settings')).toBeVisible()

  await button(page, 'Invite a person').click()
  const dialog = page.getByRole('dialog', { name: 'Invite a person' })
  await dialog.getByLabel('Name', { exact: true }).fill('Bea')
  await dialog.getByLabel('E-mail', { exact: true }).fill('Bea@Example.org')
  await dialog.getByRole('button', { name: 'Invite a person', exact: true }).click()
  await expect(page.getByText(`Invitation sent to ${COLLEAGUE.email}.`)).toBeVisible()
  await expect(page.getByRole('table', { name: 'Invitations', exact: true })).toContainText(COLLEAGUE.email)
  await look(page, 'settings-passwords')

  const link = secretIn(await office.mail.next(COLLEAGUE.email), 'invite')
  const other = await openBrowser()
  other.on('request', (request) => asked.push(request.url()))
  await other.goto(`/invite#${link}`)
  await field(other, 'New password').fill('bea@example.org 1')
  await button(other, 'Join').click()
  await expect(other.getByText('Leave your e-mail address out of the password.')).toBeVisible()
  await look(other, 'invitation')
  await field(other, 'New password').fill(COLLEAGUE.password)
  await button(other, 'Join').click()
  await expect(other.getByText('Your password is set.')).toBeVisible()
  await fillSignIn(other, COLLEAGUE.email, COLLEAGUE.password)
  await expect(heading(other, 'Home')).toBeVisible()
  for (const url of asked) expect(url).not.toContain(link)
})

test('a wrong password is answered like an address that nobody has, and what was typed stays', async ({
  page,
}) => {
  await page.goto('/sign-in')
  await look(page, 'sign-in-password')
  const answers: string[] = []
  for (const email of [COLLEAGUE.email, 'nobody@example.org']) {
    await fillSignIn(page, email, 'not the right password')
    await expect(alert(page)).toBeVisible()
    await expect(field(page, 'E-mail')).toHaveValue(email)
    await expect(field(page, 'Password')).toHaveValue('')
    answers.push((await alert(page).textContent()) ?? '')
    await page.reload()
  }
  expect(answers[0]).toBe(answers[1])
  expect(answers[0]).not.toBe('')
})

test('a forgotten password is chosen anew by mail, once', async ({ page, office }) => {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot password', exact: true }).click()
  await expect(heading(page, 'Forgot password')).toBeVisible()
  await field(page, 'E-mail').fill(COLLEAGUE.email)
  await button(page, 'Send a link').click()
  await expect(page.getByRole('status').filter({ hasText: 'a link is on its way' })).toBeVisible()
  await look(page, 'forgot-password')
  const link = secretIn(await office.mail.next(COLLEAGUE.email), 'reset')
  await page.goto(`/reset#${link}`)
  await look(page, 'reset')
  await field(page, 'New password').fill(OTHER)
  await button(page, 'Set password').click()
  await expect(page.getByText('Your password is set.')).toBeVisible()
  await fillSignIn(page, COLLEAGUE.email, OTHER)
  await expect(heading(page, 'Home')).toBeVisible()
  await page.goto(`/reset#${link}`)
  await field(page, 'New password').fill(OTHER)
  await button(page, 'Set password').click()
  await expect(alert(page)).toContainText('This link was used')
})

test('a recovery code stands in for the telephone, once', async ({ page, openBrowser }) => {
  const use = async (at: Page) => {
    await at.goto('/audit')
    await fillSignIn(at, ADMINISTRATOR.email, ADMINISTRATOR.password)
    await field(at, 'Code').fill(recoveryCodes[0] ?? '')
    await button(at, 'Continue').click()
  }
  await use(page)
  await expect(heading(page, 'Audit trail')).toBeVisible()
  const other = await openBrowser()
  await use(other)
  await expect(alert(other)).toContainText('This code is not right')
})

test('one’s own password is changed for the one in use', async ({ page }) => {
  await page.goto('/settings')
  await fillSignIn(page, COLLEAGUE.email, OTHER)
  await button(page, 'Change password').click()
  const dialog = page.getByRole('dialog', { name: 'Change your password' })
  const change = dialog.getByRole('button', { name: 'Change password', exact: true })
  await dialog.getByLabel('Current password', { exact: true }).fill('not the right password')
  await dialog.getByLabel('New password', { exact: true }).fill(COLLEAGUE.password)
  await change.click()
  await expect(dialog.locator('.field').getByText('This is not your password.')).toBeVisible()
  await dialog.getByLabel('Current password', { exact: true }).fill(OTHER)
  await change.click()
  await expect(page.getByText('Password changed.')).toBeVisible()
})
