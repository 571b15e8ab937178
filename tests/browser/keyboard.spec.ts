import type { Locator, Page } from '@playwright/test'
import { fileRequest, stateOf } from './filing'
import { expect, signInAs, test } from './fixtures'

// No pointer after signing in: what is focused is visible, dialogs keep the focus and give it back.

const isFocused = (target: Locator) => target.evaluate((element) => element === document.activeElement)

/** Tab, as often as a person would bear, until this is focused. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeEnabled()
  for (let presses = 0; presses < 60; presses += 1) {
    if (await isFocused(target)) break
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
}

/** The ring around what is focused is at least 2 px and inside the window. */
async function expectVisibleFocus(target: Locator): Promise<void> {
  await expect(target).toBeInViewport({ ratio: 1 })
  const ring = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return { outlineStyle, width: Number.parseFloat(outlineWidth) }
  })
  expect(ring.outlineStyle).toBe('solid')
  expect(ring.width).toBeGreaterThanOrEqual(2)
}

/** Tab goes round inside the dialog: everything focused in ten presses is in it, or is the browser's own. */
async function expectTrapped(page: Page, dialog: Locator): Promise<void> {
  for (let presses = 0; presses < 10; presses += 1) {
    await page.keyboard.press(presses < 5 ? 'Tab' : 'Shift+Tab')
    const inside = await dialog.evaluate(
      (element) => document.activeElement === document.body || element.contains(document.activeElement),
    )
    expect(inside).toBe(true)
  }
}

/** Opens a dialog, leaves it with Escape, and opens it again: the focus is back where it came from. */
async function openTwice(page: Page, opener: Locator, dialog: Locator): Promise<void> {
  await tabTo(page, opener)
  await expectVisibleFocus(opener)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeVisible()
  await expectTrapped(page, dialog)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toBeVisible()
}

test('A request is countersigned with the keyboard alone', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await tabTo(approver, approver.getByRole('row', { name: new RegExp(id) }).getByRole('link'))
  await approver.keyboard.press('Enter')
  // The inbox has such buttons too.
  await expect(approver).toHaveURL(new RegExp(`/requests/${id}$`))
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await openTwice(approver, approver.getByRole('button', { name: 'Approve', exact: true }), dialog)
  const confirm = dialog.getByRole('button', { name: 'Approve', exact: true })
  await tabTo(approver, confirm)
  await expectVisibleFocus(confirm)
  await approver.keyboard.press('Enter')
  await expect(approver.getByText(`${id} approved.`)).toBeVisible()
  await expect(stateOf(approver)).toHaveText('Live')
})

test('A grant is revoked with the keyboard alone, on its request and among the live grants', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  for (const from of ['request', 'grants'] as const) {
    const id = await fileRequest(page, 'summarise-a-ticket')
    if (from === 'grants') await page.goto('/grants')
    const place = from === 'request' ? page : page.getByRole('row', { name: /refund-triage/ }).first()
    const opener = place.getByRole('button', { name: 'Revoke', exact: true }).first()
    const dialog = page.getByRole('dialog', { name: /^Revoke/ })
    await openTwice(page, opener, dialog)
    await tabTo(page, dialog.getByLabel('Reason'))
    await page.keyboard.type('Not needed.')
    await page.keyboard.press('Tab')
    await tabTo(page, dialog.getByRole('button', { name: 'Revoke', exact: true }))
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(page.getByText(/^[RG]-\w+ revoked\.$/).first()).toBeVisible()
    await page.goto(`/requests/${id}`)
    await expect(stateOf(page)).toHaveText('Revoked')
  }
})
