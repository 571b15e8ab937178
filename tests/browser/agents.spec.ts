import type { Page } from '@playwright/test'
import { expect, expectNoAxeViolations, signInAs, test } from './fixtures'

const confirm = async (page: Page, verb: 'Suspend' | 'Resume', reason = '') => {
  await page.getByRole('button', { name: verb, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `${verb} secret-rotator` })
  await expectNoAxeViolations(page)
  if (reason) await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await expect(dialog).toBeHidden()
}

test('an administrator suspends an agent, nobody can file for it, and resumes it', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/agents')
  const row = page.getByRole('row').filter({ hasText: 'secret-rotator' })
  await expect(row).toContainText('Administrator')
  await expect(row).toContainText('spiffe://demo.countersign.example/env/')
  await row.getByRole('link', { name: 'secret-rotator' }).click()
  await confirm(page, 'Suspend', 'It rotates too often.')
  await expect(page.getByText('This agent is suspended.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Suspend', exact: true })).toHaveCount(0)

  const requester = await openAs('requester')
  await requester.goto('/agents/secret-rotator')
  await expect(requester.getByText('This agent is suspended.')).toBeVisible()
  await expect(requester.getByRole('button', { name: 'Resume' })).toHaveCount(0)
  await requester.getByRole('link', { name: 'Templates' }).click()
  await expect(requester.getByRole('heading', { name: 'Rotate a production secret' })).toBeVisible()

  await page.getByRole('link', { name: 'Everything it did' }).click()
  await page
    .getByRole('row')
    .filter({ hasText: 'agent.suspended' })
    .first()
    .getByRole('link', { name: /^Entry/ })
    .click()
  const entry = page.getByRole('complementary', { name: /^Entry/ })
  await expect(entry).toContainText('active')
  await expect(entry.getByRole('group', { name: /Reason/ })).toContainText('It rotates too often.')

  await page.goto('/agents/secret-rotator')
  await confirm(page, 'Resume')
  await expect(page.getByRole('button', { name: 'Suspend', exact: true })).toBeVisible()
})

test('policies show the set in force, and settings who may sign', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/policies')
  const policy = page.getByRole('article', { name: 'Policy secret-rotation-needs-two' })
  await expect(policy).toContainText('Refuses until signed')
  await expect(policy).toContainText('Stage 1: security, 2 signatures')
  await expect(policy.getByRole('group', { name: /^Cedar text/ })).toContainText('@approval("security")')
  await page.goto('/settings')
  const people = page.getByRole('region', { name: 'People and groups' })
  await expect(people.getByRole('row').filter({ hasText: 'data-owners' })).toContainText('Second approver')
  await expect(page.getByRole('region', { name: 'Signing keys' })).toContainText('Active')
})

test.describe('a sign-in that is ended', () => {
  // What its page asks for by itself is refused from then on.
  test.use({ expectedComplaints: [/401/] })
  test('is worth nothing from then on', async ({ page, openAs }) => {
    const second = await openAs('second approver')
    await signInAs(page, 'administrator')
    await page.goto('/settings')
    const row = page
      .getByRole('region', { name: 'Sign-ins' })
      .getByRole('row')
      .filter({ hasText: 'Second approver' })
    await row.first().getByRole('button', { name: 'End' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click()
    await expect(page.getByText('Sign-in of Second approver ended.')).toBeVisible()
    await second.goto('/requests')
    await expect(second).toHaveURL(/\/sign-in/)
  })
})
