import { query } from './abuse/store'
import { fileRequest, stateOf } from './filing'
import { expect, signInAs, test } from './fixtures'

test.use({ expectedComplaints: [/net::ERR_INTERNET_DISCONNECTED/] })

test('A grant that runs out while the network is away leaves the page and what is typed, until the link is back', async ({
  page,
  context,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'summarise-a-ticket')
  const left = '40 seconds'
  await query(`update permission_grant set expires = now() + $2::interval where request_id = $1`, [id, left])
  await page.reload()
  await expect(stateOf(page)).toHaveText('Live')
  const comment = page.getByRole('textbox', { name: 'Comment' })
  await comment.fill('Half a sentence')
  await page.getByRole('heading', { level: 1 }).click()
  await expect(page.getByText('Live link up')).toBeVisible()
  await context.setOffline(true)
  // The page asks whether anybody would answer, and hears nobody.
  await page.waitForEvent('requestfailed', {
    predicate: (request) => request.url().endsWith('/icon.svg'),
    timeout: 90_000,
  })
  await expect(page.getByText('00:00:00')).toBeVisible()
  await expect(comment).toHaveValue('Half a sentence')
  await context.setOffline(false)
  await expect(stateOf(page)).toHaveText('Expired', { timeout: 90_000 })
  await expect(comment).toHaveValue('Half a sentence')
})

test('A dialog that gets no digest says so', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await expect(approver.getByText('Live link up')).toBeVisible()
  await approver.context().setOffline(true)
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog.getByRole('alert')).toContainText('The console did not answer. Nothing was changed.')
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toBeDisabled()
  await approver.context().setOffline(false)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(stateOf(approver)).toHaveText('Live')
})
