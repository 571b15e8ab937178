import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { fileRequest } from './filing'
import { expect, expectNoAxeViolations, signInAs, test } from './fixtures'

const entries = (page: Page) => page.getByRole('table', { name: 'Entries of the trail' })
const entry = (page: Page) => page.getByRole('complementary', { name: /^Entry/ })

async function search(page: Page, words: string): Promise<void> {
  await page.goto('/audit')
  await page.getByRole('searchbox', { name: 'Search the trail' }).fill(words)
  await page.getByRole('searchbox', { name: 'Search the trail' }).press('Enter')
  await page.waitForURL(/[?&]q=/)
}

test('a compliance officer finds a task by the name of its agent, with human, agent and decision linked', async ({
  page,
  openAs,
}) => {
  const requester = await openAs('requester')
  const id = await fileRequest(requester, 'summarise-a-ticket')
  await signInAs(page, 'compliance officer')
  await search(page, 'refund-triage')
  const row = entries(page).getByRole('row').filter({ hasText: 'request.filed' }).filter({ hasText: id })
  await expect(row.getByRole('link', { name: 'Requester' })).toBeVisible()
  await expect(row.getByRole('link', { name: 'refund-triage' })).toHaveAttribute(
    'href',
    '/agents/refund-triage',
  )
  await expect(row.getByRole('link', { name: /^D-/ })).toBeVisible()

  await row.getByRole('link', { name: /^Entry/ }).click()
  await expect(entry(page)).toContainText('request.filed')
  await expect(entry(page).getByRole('link', { name: 'Requester' }).first()).toBeVisible()
  await expect(entry(page).getByRole('link', { name: 'refund-triage' })).toBeVisible()
  const decision = entry(page).getByRole('article', { name: /^Decision D-/ })
  await expect(decision).toContainText('An agent may read what its task names.')
  await decision.getByText('Cedar text').click()
  await expect(decision.getByRole('group', { name: 'Cedar text of tasks-may-read' })).toContainText('permit')
  await decision.getByText('Full input').click()
  await expect(decision.getByRole('group', { name: /^Input of decision/ })).toContainText('"principal"')
  await entry(page).getByText('Canonical entry, as it is hashed').click()
  await expect(entry(page).getByRole('group', { name: 'Canonical entry' })).toContainText(
    `"requestId":"${id}"`,
  )
  await expect(entry(page).getByRole('group', { name: /Justification/ })).toContainText('nine days')
  await expectNoAxeViolations(page)

  await entry(page).getByRole('link', { name: id }).first().click()
  await expect(page).toHaveURL(new RegExp(`/requests/${id}$`))
  await page.locator(`a[href*="/audit?"][href*="${id}"]`).first().click()
  await expect(page.getByRole('heading', { name: 'Audit trail', level: 1 })).toBeVisible()
  await expect(entries(page)).toContainText('grant.opened')
})

test('every filter is in the address and can be taken away again', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await page.goto('/audit')
  const facets = page.getByRole('group', { name: 'Facets' })
  await facets.getByRole('checkbox', { name: /^grant\.opened/ }).click()
  await expect(page).toHaveURL(/event=grant\.opened/)
  await expect(entries(page).getByRole('row').nth(1)).toContainText('grant.opened')
  await expect(facets.getByRole('checkbox', { name: /^grant\.opened/ })).toBeChecked()
  await page.getByText('More filters and how to write them').click()
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('secret-rotator')
  await expect(page).toHaveURL(/agent=secret-rotator/)
  await expect(page).toHaveURL(/event=grant\.opened/)
  await expect(entries(page).getByRole('row').nth(1)).toContainText('secret-rotator')
  await page.reload()
  await expect(entries(page).getByRole('row').nth(1)).toContainText('secret-rotator')
  await page.getByRole('link', { name: /event: ?grant\.opened remove/ }).click()
  await expect(page).not.toHaveURL(/event=/)
  await expect(facets.getByRole('checkbox', { name: /^grant\.opened/ })).not.toBeChecked()
  await page.getByText('Same figures as a table').click()
  await expect(page.getByRole('table', { name: /^Entries by/ })).toBeVisible()
  await page.goto('/audit?q=after:yesterday')
  await expect(page.getByRole('alert').filter({ hasText: 'is not a time' })).toBeVisible()
})

test('what is typed before the script of the page is there is searched for', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/audit', { waitUntil: 'commit' })
  const box = page.getByRole('searchbox', { name: 'Search the trail' })
  await box.fill('event:policy.activated')
  release()
  await expect(page.getByRole('button', { name: 'Export' })).toBeEnabled()
  await expect(box).toHaveValue('event:policy.activated')
  await box.press('Enter')
  await expect(page).toHaveURL(/q=event/)
})

test('an export downloads what was searched, and is in the trail itself', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await search(page, 'event:policy.activated')
  await expect(entries(page).getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export 1 entry' })
  await dialog.getByText('JSON Lines', { exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^trail-below-\d+\.jsonl$/)
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(JSON.parse(lines[0] ?? '').entry)).toMatchObject({ type: 'policy.activated' })
  await expect(dialog).toBeHidden()

  await search(page, 'event:trail.exported')
  await entries(page)
    .getByRole('link', { name: /^Entry/ })
    .first()
    .click()
  await expect(entry(page)).toContainText('jsonl')
  await expect(entry(page).getByRole('group', { name: /Filters/ })).toContainText('event:policy.activated')
})

test('a requester sees what happened to their own requests and exports nothing', async ({ page }) => {
  await signInAs(page, 'requester')
  await page.goto('/audit')
  await expect(entries(page)).not.toContainText('person.signed_in')
  await expect(page.getByRole('button', { name: 'Export' })).toHaveCount(0)
  const answer = await page.request.post('/audit/export', {
    form: { query: '', format: 'csv' },
    headers: { origin: new URL(page.url()).origin },
  })
  expect(answer.status()).toBe(404)
  expect((await page.request.post('/audit/export', { form: { query: '', format: 'csv' } })).status()).toBe(
    403,
  )
  expect((await page.request.get('/audit/export')).status()).toBe(405)
})

test.describe('what is not theirs', () => {
  test.use({ expectedComplaints: [/404/] })
  test('does not exist', async ({ page }) => {
    await signInAs(page, 'requester')
    for (const path of ['/audit/0', '/audit/999999999', '/audit/x', '/audit/-1', '/policies', '/resources']) {
      const answer = await page.goto(path)
      expect(answer?.status(), path).toBe(404)
      await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
    }
  })
})
