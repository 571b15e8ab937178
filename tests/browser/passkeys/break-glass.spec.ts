import type { Page } from '@playwright/test'
import { query } from '../abuse/store'
import { idOf, stateOf } from '../filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from '../fixtures'
import { addPasskey, VirtualAuthenticator } from './authenticator'

test.afterEach(async () => {
  await query('delete from passkey')
})

const glass = (page: Page) => page.getByRole('region', { name: 'Break glass', exact: true })

async function openGlass(page: Page, minutes: string) {
  await page.goto('/requests/new?template=resolve-a-refund-ticket')
  await page.getByLabel('Justification').fill('Payments are down and nobody of Security answers.')
  await page.getByRole('radio', { name: minutes }).check()
  await glass(page).getByRole('button', { name: 'Break glass' }).click()
  return page.getByRole('dialog', { name: 'Break glass' })
}

test('Break glass, seen by everybody it concerns, and reviewed by somebody else', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const without = await openGlass(page, '15 min')
  await expect(without.getByText('Breaking glass takes a passkey, and you have none.')).toBeVisible()
  await picture(page, 'break-glass-no-passkey')
  const authenticator = await VirtualAuthenticator.of(page)
  await addPasskey(page, 'Laptop')
  const long = await openGlass(page, '30 min')
  await expect(long.getByText('Break-glass lasts at most 15 minutes.')).toBeVisible()
  const dialog = await openGlass(page, '15 min')
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `break-glass-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 700 })
  await picture(page, 'break-glass-320')
  await page.setViewportSize({ width: 1280, height: 900 })
  await authenticator.verifies(false)
  await dialog.getByRole('button', { name: 'Break glass' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Press Break glass to try again.')
  await authenticator.verifies(true)
  await dialog.getByRole('button', { name: 'Break glass' }).click()
  await expect(page.getByRole('region', { name: 'Break-glass review' })).toBeVisible()
  const id = idOf(page)
  await expect(stateOf(page)).toHaveText('Live')
  await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Never signed')
  await expect(page.getByText('Break-glass is live.')).toBeVisible()
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `break-glass-live-${theme}`)
  })

  const again = await openGlass(page, '15 min')
  await expect(again.getByText('Your last use of break-glass is not reviewed yet.')).toBeVisible()
  await again.getByRole('button', { name: 'Cancel' }).click()

  const officer = await openAs('compliance officer')
  await expect(officer.getByText('Break-glass is live.')).toBeVisible()
  await expect(officer.getByText('Break-glass to review')).toBeVisible()
  await picture(officer, 'break-glass-compliance')
  await officer.goto(`/requests/${id}`)
  await expect(officer.getByRole('button', { name: 'Sign review' })).toBeHidden()

  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await expect(approver.getByText('Break-glass is live.')).toBeVisible()
  const waiting = approver.getByRole('region', { name: 'Break-glass to review' })
  await expectNoAxeViolations(approver)
  await picture(approver, 'break-glass-inbox')
  await waiting
    .getByRole('row', { name: new RegExp(id) })
    .getByRole('link')
    .click()
  await approver.getByRole('button', { name: 'Sign review' }).click()
  const review = approver.getByRole('dialog', { name: `Sign the review of ${id}` })
  await expect(review.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await review.getByRole('button', { name: 'Sign review' }).click()
  await expect(review.getByText('Say what you found, in a sentence.')).toBeVisible()
  await review.getByLabel('Note').fill('The outage was real, and only the ticket’s secret was read.')
  await approver.setViewportSize({ width: 320, height: 700 })
  await picture(approver, 'break-glass-review-320')
  await review.getByRole('button', { name: 'Sign review' }).click()
  await expect(approver.getByText(`${id} reviewed.`)).toBeVisible()
  await expect(approver.getByRole('region', { name: 'Break-glass review' })).toContainText(
    'Reviewed by Approver',
  )
  await approver.goto('/approvals')
  await expect(waiting).toBeHidden()

  await page.goto(`/requests/${id}`)
  await expect(page.getByRole('group', { name: 'Note of the review' })).toContainText('The outage was real')
  const anew = await openGlass(page, '15 min')
  await expect(anew.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await anew.getByRole('button', { name: 'Cancel' }).click()
  // What runs on broken glass would stand on every page of the tests that follow.
  await page.goto(`/requests/${id}`)
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(stateOf(page)).toHaveText('Revoked')
  await expect(page.getByText('Break-glass is live.')).toBeHidden()
})
