import { fileRequest } from './filing'
import { expect, signInAs, test } from './fixtures'

test.use({ expectedComplaints: [/net::ERR_INTERNET_DISCONNECTED/] })

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
})
