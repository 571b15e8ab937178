import type { Locator, Page } from '@playwright/test'
import { fileRequest, sign } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 300_000 })

const rowOf = (page: Page, id: string): Locator => page.locator(`tr[data-request="${id}"]`)

/** What stands over a row that is no longer to be decided. */
const overIn = (page: Page, id: string): Locator =>
  page.getByRole('row', { name: new RegExp(id) }).getByRole('status')

/** Marks a row with j alone, as somebody without a pointer does. */
async function mark(page: Page, id: string): Promise<void> {
  const link = rowOf(page, id).getByRole('link')
  await expect(rowOf(page, id).getByRole('button', { name: 'Approve', exact: true })).toBeEnabled()
  for (let presses = 0; presses < 30; presses += 1) {
    if (await link.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('j')
  }
  await expect(link).toBeFocused()
}

const digestIn = (dialog: Locator) => dialog.getByText(/^[0-9a-f]{64}$/)

test('A request is decided with two keys, and the next one is marked', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const first = await fileRequest(page, 'resolve-a-refund-ticket')
  const next = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto('/approvals')
  // The riskiest and oldest is marked before any key is pressed.
  await expect(approver.locator('tr.is-current')).toHaveCount(1)
  await mark(approver, first)
  const ring = await rowOf(approver, first)
    .getByRole('link')
    .evaluate((element) => getComputedStyle(element).outlineStyle)
  expect(ring).toBe('solid')
  await approver.keyboard.press('a')
  const dialog = approver.getByRole('dialog', { name: `Approve ${first}` })
  await expect(digestIn(dialog)).toBeVisible()
  await expect(dialog.getByText('secret:read').first()).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toBeFocused()
  await inBothThemes(approver, () => expectNoAxeViolations(approver))
  await picture(approver, 'inbox-approve')
  await approver.keyboard.press('Enter')
  await expect(approver.getByText(`${first} approved.`)).toBeVisible()
  await expect(overIn(approver, first)).toHaveText(/^You approved this .* It is live\.$/)
  await expect(rowOf(approver, next).getByRole('link')).toBeFocused()
  // A denial asks for its reason, and no key acts while it is typed.
  await approver.keyboard.press('d')
  const denial = approver.getByRole('dialog', { name: `Deny ${next}` })
  await expect(denial.getByLabel('Reason')).toBeFocused()
  await approver.keyboard.type('jax? Not needed.')
  await expect(denial.getByLabel('Reason')).toHaveValue('jax? Not needed.')
  await expect(approver.getByRole('dialog')).toHaveCount(1)
  await denial.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(approver.getByText(`${next} denied.`)).toBeVisible()
})

test('Single keys can be turned off, and stay off', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await mark(approver, id)
  await approver.keyboard.press('x')
  await expect(approver.getByLabel(`Select ${id}`)).toBeChecked()
  await approver.keyboard.press('x')
  await expect(approver.getByLabel(`Select ${id}`)).not.toBeChecked()
  await approver.keyboard.press('k')
  await approver.keyboard.press('?')
  const help = approver.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toBeVisible()
  await expectThreeForms(approver, 'inbox-keyboard')
  await help.getByRole('button', { name: 'Turn keys off' }).click()
  await expect(help.getByText('Single keys are off.')).toBeVisible()
  await help.getByRole('button', { name: 'Close' }).click()
  await approver.reload()
  await rowOf(approver, id).getByRole('link').focus()
  await expect(rowOf(approver, id).getByRole('button', { name: 'Approve', exact: true })).toBeEnabled()
  await approver.keyboard.press('a')
  await approver.keyboard.press('?')
  await expect(approver.getByRole('dialog')).toHaveCount(0)
  await approver.getByRole('button', { name: 'Keyboard' }).click()
  await help.getByRole('button', { name: 'Turn keys on' }).click()
  await expect(help.getByText('Single keys act on this page.')).toBeVisible()
  await help.getByRole('button', { name: 'Close' }).click()
  await mark(approver, id)
  await approver.keyboard.press('a')
  // Decided, so that the inbox of the next journeys holds nothing of this one.
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(digestIn(dialog)).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(approver.getByText(`${id} approved.`)).toBeVisible()
})

test('Several are denied at once, and the one somebody else was first with says so', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const ids: string[] = []
  for (let filed = 0; filed < 3; filed += 1) ids.push(await fileRequest(page, 'resolve-a-refund-ticket'))
  const [early = '', ...others] = ids
  const [approver, second] = [await openAs('approver'), await openAs('second approver')]
  await approver.goto('/approvals')
  for (const id of ids) await approver.getByLabel(`Select ${id}`).check()
  await expect(approver.getByText(/^Not approved at once: .* is not of low sensitivity/)).toBeVisible()
  await expect(approver.getByRole('button', { name: 'Approve selected' })).toBeDisabled()
  await expectThreeForms(approver, 'inbox-selected')
  await approver.getByRole('button', { name: 'Deny selected' }).click()
  const dialog = approver.getByRole('dialog', { name: 'Deny 3 requests' })
  await expect(dialog.getByText('3 digests, one for each request.')).toBeVisible()
  await expect(dialog.getByTitle(/^[0-9a-f]{64}$/)).toHaveCount(3)
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Reason').fill('The tickets are closed.')
  await expectThreeForms(approver, 'inbox-deny-selected')
  await second.goto(`/requests/${early}`)
  await sign(second, 'Approve')
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(dialog.getByText('Not all went through.')).toBeVisible()
  await expect(dialog.getByText(/^Second approver approved this .* ago\. It is live\.$/)).toBeVisible()
  await expect(dialog.getByText('denied', { exact: true })).toHaveCount(2)
  await picture(approver, 'inbox-denied-but-one')
  await dialog.getByRole('button', { name: 'Close' }).click()
  for (const id of others) {
    await page.goto(`/requests/${id}`)
    await expect(page.getByRole('group', { name: 'Reason of the denial' })).toContainText(
      'The tickets are closed.',
    )
  }
})

test('What somebody else decided is said on the row and in the dialog, and nothing moves', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const first = await fileRequest(page, 'resolve-a-refund-ticket')
  const last = await fileRequest(page, 'resolve-a-refund-ticket')
  const [approver, second] = [await openAs('approver'), await openAs('second approver')]
  await approver.goto('/approvals')
  const row = rowOf(approver, last)
  await row.hover()
  const before = await row.boundingBox()
  await second.goto(`/requests/${first}`)
  await sign(second, 'Deny', 'Not today.')
  await expect(overIn(approver, first)).toHaveText(/^Second approver denied this .* Nothing was given\.$/)
  await expect(approver.getByRole('row', { name: new RegExp(first) })).toBeVisible()
  const after = await row.boundingBox()
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThanOrEqual(1)
  await picture(approver, 'inbox-meanwhile')
  await row.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${last}` })
  await expect(digestIn(dialog)).toBeVisible()
  await second.goto(`/requests/${last}`)
  await sign(second, 'Approve')
  await expect(dialog.getByText(/^Second approver approved this .* It is live\.$/)).toBeVisible()
  await expect(dialog.getByText('Nothing was signed by you.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(dialog.getByText('This request no longer waits for an answer.')).toBeVisible()
  await inBothThemes(approver, () => expectNoAxeViolations(approver))
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  // Nobody is at the list any more: what is over leaves it.
  await approver.getByRole('heading', { name: 'Approvals', level: 1 }).click()
  await expect(approver.getByRole('row', { name: new RegExp(last) })).toHaveCount(0, { timeout: 20_000 })
})
