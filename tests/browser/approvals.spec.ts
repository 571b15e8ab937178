import { fileRequest, sign, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

test('A denial ends the request and the requester reads why', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await approver.getByRole('button', { name: 'Deny', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Deny ${id}` })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true')
  await expectNoAxeViolations(approver)
  await dialog.getByLabel('Reason').fill('Ticket 4711 is closed.')
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(approver.getByText(`${id} denied.`)).toBeVisible()
  await page.reload()
  await expect(stateOf(page)).toHaveText('Denied')
  await expect(page.getByRole('group', { name: 'Reason of the denial' })).toContainText(
    'Ticket 4711 is closed.',
  )
  await inBothThemes(page, () => expectNoAxeViolations(page))
  await picture(page, 'request-denied')
})

test('Nobody countersigns what they filed themselves', async ({ page }) => {
  await signInAs(page, 'approver')
  await fileRequest(page, 'resolve-a-refund-ticket')
  await expect(page.getByText('You filed this request. Somebody else has to countersign it.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
  await expect(page.getByText('Cannot sign: Approver (filed it)')).toBeVisible()
})

test('Two approvers sign, one after the other, and a person counts once', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret')
  const first = await openAs('approver')
  await first.goto(`/requests/${id}`)
  await sign(first, 'Approve')
  await expect(first.getByText('You have already signed this stage. A person counts once.')).toBeVisible()
  await expect(first.getByRole('region', { name: 'Approvals' })).toContainText('Security, 1 of 2')
  await expectNoAxeViolations(first)
  const second = await openAs('second approver')
  await second.goto(`/requests/${id}`)
  await expect(second.getByText('Yours completes it')).toBeVisible()
  await sign(second, 'Approve')
  await expect(second.getByText(`${id} approved.`)).toBeVisible()
  // Where it is written, so that it is found again.
  await expect(second.getByText(/^Trail [\d,]+$/)).toBeVisible()
  await expect(stateOf(second)).toHaveText('Live')
})

test('Who signs what was edited meanwhile hears whose doing it was, signs nothing, and reads it again', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await page.getByRole('button', { name: 'Edit request' }).click()
  await page.getByRole('radio', { name: 'Other' }).check()
  await page.getByLabel('Minutes').fill('10')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('heading', { name: /for 10 minutes$/ })).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText(
    / edited .* Version 2 waits now\. Nothing was signed\./,
  )
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
  await expectNoAxeViolations(approver)
  await picture(approver, 'signing-changed-meanwhile')
  await dialog.getByRole('button', { name: 'Read it again' }).click()
  await expect(approver.getByRole('heading', { name: /for 10 minutes$/ })).toBeVisible()
  await sign(approver, 'Approve')
  await expect(stateOf(approver)).toHaveText('Live')
})

test('An edit voids the signatures on the version before', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await sign(approver, 'Approve')
  await page.goto(`/requests/${id}`)
  await page.getByRole('button', { name: 'Edit request' }).click()
  await expect(page.getByText('Somebody has signed this version.')).toBeVisible()
  await page.getByRole('radio', { name: '30 min' }).check()
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Security, 0 of 2')
  await expect(page.getByText('This is version 2.')).toBeVisible()
  await approver.reload()
  await expect(approver.getByRole('button', { name: 'Approve', exact: true })).toBeVisible()
})

test('From one decided request to the next', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const first = await fileRequest(page, 'resolve-a-refund-ticket')
  await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await inBothThemes(approver, () => expectNoAxeViolations(approver))
  await picture(approver, 'approvals')
  await approver.goto(`/requests/${first}`)
  await sign(approver, 'Approve')
  await approver.getByRole('button', { name: 'Next to decide' }).click()
  await expect(approver).not.toHaveURL(new RegExp(first))
  await expect(approver.getByRole('button', { name: 'Approve', exact: true })).toBeVisible()
})

test.describe('What is not theirs', () => {
  test.use({ expectedComplaints: [/404/] })
  test('does not exist for others', async ({ page, openAs }) => {
    await signInAs(page, 'second approver')
    const id = await fileRequest(page, 'summarise-a-ticket')
    const other = await openAs('requester')
    for (const path of [
      `/requests/${id}`,
      `/requests/${id}/edit`,
      '/requests/R-0000',
      '/requests/x',
      '/approvals',
    ]) {
      const answer = await other.goto(path)
      expect(answer?.status(), path).toBe(404)
      await expect(other.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
    }
  })
})
