import type { Page } from '@playwright/test'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 400_000 })

const toast = (page: Page, text: string) => expect(page.getByText(text, { exact: true })).toBeVisible()

async function openPerson(page: Page, name: string): Promise<void> {
  await page.goto('/settings')
  const people = page.getByRole('table', { name: 'People', exact: true })
  await people.getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
}

/** Presses a row's button, looks at what the dialog says, and confirms. */
async function confirm(
  page: Page,
  row: string | null,
  verb: string,
  says: (string | RegExp)[] = [],
): Promise<void> {
  const within = row ? page.getByRole('row', { name: new RegExp(`^${row}`) }) : page.getByRole('main')
  await within.getByRole('button', { name: verb, exact: true }).click()
  const dialog = page.getByRole('dialog')
  for (const text of says) await expect(dialog).toContainText(text)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await expect(dialog).toBeHidden()
}

const heldIn = (page: Page, role: string) =>
  page.getByRole('table', { name: 'Roles', exact: true }).getByRole('row', { name: new RegExp(`^${role}`) })

test('a role is proposed by one administrator and activated by another', async ({ page, openAs }) => {
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await expect(page.getByText('You are the only administrator.')).toBeVisible()
  await openPerson(page, 'Second approver')
  await confirm(page, 'Administrator', 'Give role', [
    'Requester, Approver, Administrator',
    'You are the only administrator, so this takes effect at once.',
  ])
  await toast(page, 'Roles of Second approver changed.')
  await expect(heldIn(page, 'Administrator')).toContainText('yes')

  await openPerson(page, 'Requester')
  await confirm(page, 'Compliance officer', 'Give role', ['Another administrator has to activate this.'])
  await toast(page, 'Proposed.')
  await expect(heldIn(page, 'Compliance officer')).toContainText('no')
  await page.goto('/settings')
  const own = page
    .getByRole('region', { name: 'Proposals' })
    .getByRole('row', { name: /^Roles of Requester/ })
  await expect(own.getByRole('button', { name: 'Withdraw' })).toBeVisible()
  await expect(own.getByRole('button', { name: 'Activate' })).toHaveCount(0)
  await expectThreeForms(page, 'settings-proposal')

  const second = await openAs('second approver')
  await second.goto('/settings')
  await second
    .getByRole('row', { name: /^Roles of Requester/ })
    .getByRole('button', { name: 'Activate' })
    .click()
  await expectThreeForms(second, 'settings-activate-dialog')
  await second.getByRole('button', { name: 'Cancel' }).click()
  const settings = second.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Settings/ })
  await expect(settings).toHaveText('Settings1')
  await settings.click()
  await confirm(second, 'Roles of Requester', 'Activate', [
    'Requester, Compliance officer',
    'Administrator proposed it.',
  ])
  await toast(second, 'Roles of Requester changed.')
  await expect(second.getByText('No change waits for an answer.')).toBeVisible()

  // And back to how it was, by the same rule.
  await openPerson(second, 'Requester')
  await confirm(second, 'Compliance officer', 'Take role')
  await page.goto('/settings')
  await confirm(page, 'Roles of Requester', 'Activate')
  await toast(page, 'Roles of Requester changed.')
  await openPerson(page, 'Second approver')
  await confirm(page, 'Administrator', 'Take role')
  await second.goto('/settings')
  await confirm(second, 'Roles of Second approver', 'Activate')
  await expect(second.getByRole('heading', { name: 'People and groups' })).toHaveCount(0)
  await page.goto('/settings')
  await expect(page.getByText('You are the only administrator.')).toBeVisible()
})

test.describe(() => {
  // The pages of whoever was disabled ask on and are told that nobody is signed in.
  test.use({ expectedComplaints: [/401/] })

  test('taking away waits for nobody, and says what it ends', async ({ page, openAs }) => {
    const officer = await openAs('compliance officer')
    await signInAs(page, 'administrator')
    await openPerson(page, 'Approver')
    await expectThreeForms(page, 'person')
    await confirm(page, 'Data owners', 'Remove', ['This takes effect at once.', 'for Data owners'])
    await toast(page, 'Approver removed from Data owners.')
    await confirm(page, 'Data owners', 'Add')
    await toast(page, 'Approver sits in Data owners.')

    await openPerson(page, 'Compliance officer')
    await page.getByRole('button', { name: 'Disable', exact: true }).click()
    await expectThreeForms(page, 'person-disable-dialog')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await confirm(page, null, 'Disable', [
      /\d+ sign-in/,
      'This ends at once',
      'From then on Compliance officer signs in',
    ])
    await toast(page, 'Compliance officer disabled.')
    await expect(page.getByText('Compliance officer is disabled.')).toBeVisible()
    await expectThreeForms(page, 'person-disabled')
    await officer.goto('/audit')
    await expect(officer).toHaveURL(/\/sign-in/)
    await confirm(page, null, 'Enable')
    await toast(page, 'Compliance officer enabled.')
    await signInAs(officer, 'compliance officer')
  })
})

test('the compliance officer reads all of it and can press none of it', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await page.goto('/settings')
  const parts = page.getByRole('region', { name: /^(Proposals|People and groups)$/ })
  await expect(parts).toHaveCount(2)
  await expect(parts.getByRole('button')).toHaveCount(0)
  await openPerson(page, 'Approver')
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0)
})
