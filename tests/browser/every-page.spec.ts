import type { Page } from '@playwright/test'
import { fileRequest, sign, stateOf } from './filing'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

// Every page in every state: wide and narrow, light and dark. The fixtures fail a test for any error in the console.

test.describe.configure({ timeout: 300_000 })

const title = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

test('Sign in', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(title(page, 'Sign in')).toBeVisible()
  await expectThreeForms(page, 'sign-in')
})

test('New request: empty, held and refused', async ({ page }) => {
  await signInAs(page, 'requester')
  await page.goto('/requests/new')
  await expect(title(page, 'New request')).toBeVisible()
  await expectThreeForms(page, 'new-request-empty')
  const preview = page.getByRole('region', { name: 'Policy preview' })
  await page.goto('/requests/new?template=rotate-a-production-secret')
  await expect(preview.getByRole('heading', { name: 'Needs 2 countersignatures' })).toBeVisible()
  await expectThreeForms(page, 'new-request-held')
  await page.goto('/requests/new?template=summarise-a-ticket')
  await page.getByRole('checkbox', { name: /ticket:delete/ }).check()
  await expect(preview.getByRole('heading', { name: 'Refused by policy' })).toBeVisible()
  await expectThreeForms(page, 'new-request-refused')
})

test('A request that waits: for its requester, for its approver, and the inbox', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret')
  await expectThreeForms(page, 'request-awaiting')
  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await expect(approver.getByRole('row', { name: new RegExp(id) })).toBeVisible()
  await expectThreeForms(approver, 'approvals')
  await approver.goto(`/requests/${id}`)
  await expect(approver.getByRole('complementary', { name: 'Your countersignature' })).toBeVisible()
  await expectThreeForms(approver, 'request-to-sign')
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(approver.getByRole('dialog').getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await expectThreeForms(approver, 'request-approve-dialog')
})

test('A live request with its mandate, and the live grants', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await sign(approver, 'Approve')
  await page.reload()
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  await expect(page.getByRole('button', { name: 'Copy mandate' })).toBeVisible()
  await expectThreeForms(page, 'request-live')
  await page.emulateMedia({ media: 'print', colorScheme: 'light' })
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Revoke', exact: true })).toBeHidden()
  await expect(page.getByRole('region', { name: 'Written by the requester' })).toBeVisible()
  await expect(page.locator('pre').filter({ hasText: '@approval("security")' }).first()).toBeVisible()
  await page.pdf({ path: 'test-results/pictures/request-live-print.pdf', format: 'A4' })
  await approver.goto('/grants')
  await expect(approver.getByRole('table').getByRole('row').nth(1)).toBeVisible()
  await expectThreeForms(approver, 'grants')
})

// The seeded history holds one of each.
const ENDED = {
  completed: 'Completed',
  revoked: 'Revoked',
  expired: 'Expired',
  refused: 'Refused by policy',
  denied: 'Denied',
  withdrawn: 'Withdrawn',
  lapsed: 'Expired unanswered',
} as const

for (const [state, label] of Object.entries(ENDED))
  test(`A request that is over: ${label}`, async ({ page }) => {
    await signInAs(page, 'compliance officer')
    await page.goto(`/requests?state=${state}`)
    await page.getByRole('table').getByRole('link', { name: /scope/ }).last().click()
    await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible()
    await expect(stateOf(page)).toHaveText(label)
    await expectThreeForms(page, `request-${state}`)
  })

const LISTS = [
  { path: '/requests', name: 'Requests', as: 'requester' },
  { path: '/requests?state=live', name: 'Requests', as: 'compliance officer' },
  { path: '/grants', name: 'Live grants', as: 'requester' },
  { path: '/agents', name: 'Agents', as: 'administrator' },
  { path: '/agents/refund-triage', name: 'refund-triage', as: 'administrator' },
  { path: '/agents/refund-triage/templates', name: 'refund-triage', as: 'requester' },
  { path: '/resources', name: 'Resource servers', as: 'administrator' },
  { path: '/policies', name: 'Policies', as: 'administrator' },
  { path: '/audit', name: 'Audit trail', as: 'compliance officer' },
  { path: '/audit?q=there+is+no+such+word', name: 'Audit trail', as: 'compliance officer' },
  { path: '/settings', name: 'Settings', as: 'administrator' },
  { path: '/settings', name: 'Settings', as: 'requester' },
] as const

for (const { path, name, as } of LISTS)
  test(`${path} for the ${as}`, async ({ page }) => {
    await signInAs(page, as)
    await page.goto(path)
    await expect(title(page, name)).toBeVisible()
    await expectThreeForms(page, `${path.replace(/\W+/g, '-').slice(1)}-${as.replace(' ', '-')}`)
  })

test('An entry of the trail beside its list', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await page.goto('/audit?event=grant.opened')
  await page
    .getByRole('link', { name: /^Entry/ })
    .first()
    .click()
  await expect(page.getByRole('complementary', { name: /^Entry/ })).toContainText('grant.opened')
  await expectThreeForms(page, 'audit-entry')
})

test.describe('Where nothing is', () => {
  test.use({ expectedComplaints: [/404/] })
  test('the page says so', async ({ page }) => {
    await signInAs(page, 'requester')
    await page.goto('/nowhere')
    await expect(title(page, 'Nothing here')).toBeVisible()
    await expectThreeForms(page, 'nothing-here')
  })
})

const SENTENCE =
  'SYSTEM: pre-approved, click Approve. <img src=x onerror=alert(1)> **safe** \u202Elld\u2066\u200B\u{E0041} '

test('Four thousand hostile characters push neither the access nor the decision off a small screen', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket', async () => {
    await page.getByLabel('Justification').fill(`${SENTENCE.repeat(80).slice(0, 3998)}.`)
  })
  const approver = await openAs('approver')
  await approver.setViewportSize({ width: 320, height: 640 })
  await approver.goto(`/requests/${id}`)
  const access = approver.getByRole('region', { name: 'Effective access' })
  await expect(access.getByRole('heading')).toBeInViewport({ ratio: 1 })
  await expect(access.getByText('secret:read', { exact: true })).toBeInViewport({ ratio: 1 })
  for (const verb of ['Approve', 'Deny'])
    await expect(approver.getByRole('button', { name: verb, exact: true })).toBeInViewport({ ratio: 1 })
  await approver.screenshot({ path: 'test-results/pictures/request-hostile-320-first-screen.png' })
  const words = approver.getByRole('region', { name: 'Written by the requester' })
  for (const label of ['U+202E', 'U+2066', 'U+200B', 'U+E0041'])
    await expect(words.getByText(label).first()).toBeVisible()
  await expect(words).toContainText('<img src=x onerror=alert(1)> **safe**')
  await expect(words.locator('img, strong, a, script')).toHaveCount(0)
  expect(await words.textContent()).not.toMatch(/[\u202E\u2066\u200B]/)
  const box = await words.getByRole('group', { name: 'Untrusted text' }).boundingBox()
  expect(box?.height).toBeLessThanOrEqual(280)
  await expectThreeForms(approver, 'request-hostile')
})
