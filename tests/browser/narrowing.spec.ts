import type { Page } from '@playwright/test'
import { runAgent } from './agent'
import { fileRequest, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

const VERB = 'Approve with changes'

/** Opens the dialog, strikes what is named, shortens, and waits until policy has answered and the digest is there. */
async function narrow(page: Page, id: string, change: { strike?: RegExp; minutes?: string; note?: string }) {
  await page.getByRole('button', { name: VERB, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `${VERB} ${id}` })
  if (change.strike) await dialog.getByRole('checkbox', { name: change.strike }).uncheck()
  if (change.minutes) await dialog.getByLabel('Duration').fill(change.minutes)
  if (change.note) await dialog.getByLabel('Note').fill(change.note)
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  return dialog
}

test('An approver strikes a scope and shortens the time, and that is what the agent gets', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  const dialog = await narrow(approver, id, {
    strike: /^api:call/,
    minutes: '20',
    note: 'The refund itself needs a person.',
  })
  const less = dialog.getByRole('region', { name: 'Narrower grant' })
  await expect(less).toContainText('Policy still needs Security (1) for this much.')
  await expect(less).toContainText('20 min instead of')
  await inBothThemes(approver, async (theme) => {
    await expectNoAxeViolations(approver)
    await picture(approver, `narrow-dialog-${theme}`)
  })
  await dialog.getByRole('button', { name: VERB, exact: true }).click()
  await expect(approver.getByText(`${id} approved.`)).toBeVisible()
  await expect(stateOf(approver)).toHaveText('Live')

  await page.reload()
  await expect(page.getByText('Less than was asked.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('has 2 scopes, for 20 minutes')
  const access = page.getByRole('region', { name: 'Effective access' })
  await expect(access.locator('del').filter({ hasText: 'api:call' })).toBeVisible()
  await expect(access).toContainText('Struck by Approver')
  await expect(access).toContainText(/shortened by Approver/i)
  const approvals = page.getByRole('region', { name: 'Approvals' })
  await expect(approvals.getByRole('table', { name: 'Asked, signed and effective' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Note of Approver' })).toContainText('needs a person')
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('with changes: struck api:call')
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `narrowed-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 640 })
  await expectNoAxeViolations(page)
  await picture(page, 'narrowed-320')
  await page.setViewportSize({ width: 1280, height: 720 })

  await page.getByRole('button', { name: 'Issue mandate' }).click()
  const mandate = (await page.locator('.mandate').first().textContent()) ?? ''
  const { said } = await runAgent('--mandate', mandate.trim())
  expect(said).toContain('tickets: read ticket 4711')
  expect(said).toContain('vault: got the secret billing-readonly')
  expect(said).toContain('(400 invalid_scope scope_not_granted)')
  expect(said).not.toContain('called the API')

  await page.reload()
  await page.getByRole('button', { name: 'File again' }).click()
  await expect(page.getByRole('checkbox', { name: /^api:call/ })).toBeChecked()
})

test('A second approver sees what the first one left, and cannot give it back', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret', async () => {
    await page.getByRole('checkbox', { name: /^ticket:read/ }).check()
  })
  const first = await openAs('approver')
  await first.goto(`/requests/${id}`)
  const dialog = await narrow(first, id, { strike: /^ticket:read/ })
  await dialog.getByRole('button', { name: VERB, exact: true }).click()
  await expect(dialog).toBeHidden()

  await page.reload()
  await expect(page.getByText('Less than was asked.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Withdraw', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'File again' })).toBeVisible()

  const second = await openAs('second approver')
  await second.goto(`/requests/${id}`)
  await second.getByRole('button', { name: VERB, exact: true }).click()
  const editing = second.getByRole('dialog', { name: `${VERB} ${id}` })
  await expect(editing.getByRole('checkbox', { name: /^ticket:read/ })).toBeDisabled()
  await expect(editing.getByText('Struck before')).toBeVisible()
  await expect(editing).toContainText('The same as what Approver signed.')
  await expect(editing.getByRole('button', { name: VERB, exact: true })).toBeDisabled()
  await second.keyboard.press('Escape')
  await inBothThemes(second, async (theme) => {
    await expectNoAxeViolations(second)
    await picture(second, `narrowed-to-sign-${theme}`)
  })
})

test('At 320 px the computed access and all three answers are in the first view', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.setViewportSize({ width: 320, height: 640 })
  await approver.goto(`/requests/${id}`)
  for (const name of ['Approve', VERB, 'Deny'])
    await expect(approver.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 })
  await expect(approver.getByRole('heading', { name: 'Effective access' })).toBeInViewport()
  await approver.screenshot({ path: 'test-results/pictures/narrow-320.png' })
  await narrow(approver, id, { strike: /^api:call/ })
  await expectNoAxeViolations(approver)
  await approver.screenshot({ path: 'test-results/pictures/narrow-dialog-320.png' })
})

test('Requester and approver comment; the compliance officer reads', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  const theirs = approver.getByRole('region', { name: 'Comments' })
  await theirs.getByRole('button', { name: 'Add comment' }).click()
  await expect(theirs.getByLabel('Comment', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await theirs.getByLabel('Comment', { exact: true }).fill('Why the API call? <b>\u202Eevil</b>')
  await theirs.getByRole('button', { name: 'Add comment' }).click()
  await expect(theirs.getByRole('group', { name: 'Comment of Approver' })).toContainText('U+202E')
  await expect(theirs.getByLabel('Comment', { exact: true })).toHaveValue('')
  await page.reload()
  const mine = page.getByRole('region', { name: 'Comments' })
  await expect(mine.getByRole('group', { name: 'Comment of Approver' })).toContainText('<b>')
  await mine.getByLabel('Comment', { exact: true }).fill('The customer asked what they would get.')
  await mine.getByRole('button', { name: 'Add comment' }).click()
  await expect(mine.getByRole('group', { name: 'Comment of Requester' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('Requester commented')
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `comments-${theme}`)
  })
  const officer = await openAs('compliance officer')
  await officer.goto(`/requests/${id}`)
  await expect(officer.getByRole('group', { name: 'Comment of Requester' })).toBeVisible()
  await expect(officer.getByRole('button', { name: 'Add comment' })).toBeHidden()
})
