import type { Page } from '@playwright/test'
import { fileRequest } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, test } from './fixtures'

/** Files a task that policy allows at once. Returns the path of its request. */
const fileSummary = async (page: Page) => `/requests/${await fileRequest(page, 'summarise-a-ticket')}`

const rowOf = (page: Page, request: string) =>
  page.getByRole('row').filter({ has: page.locator(`a[href="${request}"]`) })

const openGrants = async (page: Page) => {
  await page.goto('/grants')
  await expect(page.getByRole('heading', { name: 'Live grants', level: 1 })).toBeVisible()
  await expect(page.getByText('Live link up')).toBeVisible()
}

/** Marks the document, so that a reload would be noticed. */
const stay = async (page: Page) => {
  await page.evaluate(() => {
    document.body.dataset.stayed = 'yes'
  })
  return () => expect(page.locator('body')).toHaveAttribute('data-stayed', 'yes')
}

test('a revocation shows in another browser without a reload, with the bound of each resource server', async ({
  openAs,
}) => {
  const [requester, administrator] = [await openAs('requester'), await openAs('administrator')]
  const request = await fileSummary(requester)
  await openGrants(administrator)
  const seen = rowOf(administrator, request)
  await expect(seen).toContainText('refund-triage')
  const stayed = await stay(administrator)

  await openGrants(requester)
  await rowOf(requester, request).getByRole('button', { name: 'Revoke' }).click()
  const dialog = requester.getByRole('dialog')
  await expect(dialog).toContainText('Tickets verifies offline')
  await expectNoAxeViolations(requester)
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(requester.getByText(/G-\w+ revoked\./)).toBeVisible()

  await expect(seen).toContainText('Revoked')
  await expect(seen.getByRole('button', { name: 'Revoke' })).toHaveCount(0)
  const after = seen.locator('xpath=following-sibling::tr[1]')
  await expect(after).toContainText(/Revoked by Requester at [\d:]{8} UTC\./)
  await expect(after).toContainText('Tickets verifies offline: it was given no token.')
  await stayed()
  await inBothThemes(administrator, async (theme) => {
    await expectNoAxeViolations(administrator)
    await picture(administrator, `grants-${theme}`)
  })
})

test('several grants are revoked at once, and the filter stays in the address', async ({ openAs }) => {
  const page = await openAs('requester')
  const requests = [await fileSummary(page), await fileSummary(page)]
  await openGrants(page)
  await page.getByRole('link', { name: /^Unused/ }).click()
  await expect(page).toHaveURL(/show=unused/)
  for (const request of requests) await rowOf(page, request).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Revoke selected' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke selected' }).click()
  await expect(page.getByText('2 grants revoked.')).toBeVisible()
  for (const request of requests) await expect(rowOf(page, request)).toContainText('Revoked')
})

test('eight tabs of one browser share one stream, and another takes over when its tab closes', async ({
  openAs,
}) => {
  const first = await openAs('requester')
  const context = first.context()
  const open = new Set<unknown>()
  context.on('request', (request) => {
    if (request.url().endsWith('/api/live')) open.add(request)
  })
  context.on('requestfinished', (request) => open.delete(request))
  context.on('requestfailed', (request) => open.delete(request))
  await openGrants(first)
  const others: Page[] = []
  for (let tab = 1; tab < 8; tab++) {
    const page = await context.newPage()
    await openGrants(page)
    others.push(page)
  }
  expect(open.size).toBe(1)

  await first.close()
  open.clear()
  await expect.poll(() => open.size).toBe(1)
  const [filing, ...watching] = others
  if (!filing) throw new Error('There are eight tabs.')
  const request = await fileSummary(filing)
  for (const page of watching) await expect(rowOf(page, request)).toBeVisible()
  expect(open.size).toBe(1)
})

test('a lost link says until when the figures are right, and revoking still works', async ({ openAs }) => {
  test.setTimeout(300_000)
  const page = await openAs('requester')
  const request = await fileSummary(page)
  await page.context().route('**/api/live', (route) => route.fulfill({ status: 204 }))
  await page.goto('/grants')
  await expect(page.getByText(/Live link lost\. The figures are of [\d:]{8} UTC\./)).toBeVisible({
    timeout: 20_000,
  })
  await rowOf(page, request).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(rowOf(page, request)).toContainText('Revoked')
})

test.describe('at 320 px', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  test('revoking needs no scrolling sideways', async ({ page, openAs }) => {
    const requester = await openAs('requester')
    await requester.setViewportSize({ width: 320, height: 640 })
    const request = await fileSummary(requester)
    await openGrants(requester)
    const width = await requester.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(320)
    await picture(requester, 'grants-320')
    await rowOf(requester, request).getByRole('button', { name: 'Revoke' }).click()
    await requester.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await expect(rowOf(requester, request)).toContainText('Revoked')
    await page.close()
  })
})
