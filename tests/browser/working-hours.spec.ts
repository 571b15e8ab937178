import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 300_000 })

const part = (page: Page) => page.getByRole('region', { name: 'Working hours' })

test.beforeEach(async () => {
  await query(
    `insert into role_holding (person_id, tenant_id, role, given_by)
     select person_id, tenant_id, 'administrator', 'setup' from role_holding h join person p on p.id = h.person_id
     where p.subject = 'second-approver' and h.role = 'approver'`,
  )
})
test.afterEach(async () => {
  await query(
    `delete from role_holding where role = 'administrator' and person_id in
     (select id from person where subject = 'second-approver')`,
  )
  await query(
    `update tenant set time_zone = 'UTC', work_days = '{1,2,3,4,5}', work_from = 8, work_until = 18,
     hours_rev = hours_rev + 1`,
  )
})

async function fill(page: Page, zone: string): Promise<void> {
  await page.getByRole('button', { name: 'Change hours' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Time zone').fill(zone)
  for (const day of ['Sat', 'Sun']) await dialog.getByRole('checkbox', { name: day }).check()
  await dialog.getByLabel('From').selectOption('00:00')
  await dialog.getByLabel('Until').selectOption('24:00')
}

test('working hours are proposed by one administrator and activated by another', async ({ page, openAs }) => {
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await expect(part(page)).toContainText('Mon, Tue, Wed, Thu, Fri')
  await expect(part(page)).toContainText('08:00 to 18:00')
  await expect(part(page)).toContainText('No policy in force asks for it.')
  await fill(page, 'Mars/Olympus')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Change hours' }).click()
  await expect(dialog.getByText('Use a time zone like Europe/Zurich.').first()).toBeVisible()
  await expect(dialog.getByLabel('Until')).toHaveValue('24')
  await expectThreeForms(page, 'settings-hours-dialog')
  await dialog.getByLabel('Time zone').fill('europe/zurich')
  await dialog.getByRole('button', { name: 'Change hours' }).click()
  await expect(dialog).toBeHidden()
  await expect(part(page)).toContainText('08:00 to 18:00')

  const second = await openAs('second approver')
  await second.goto('/settings')
  const row = second.getByRole('row', { name: /^Working hours/ })
  await expect(row).toContainText('Mon, Tue, Wed, Thu, Fri, Sat, Sun, 00:00 to 24:00, Europe/Zurich')
  await row.getByRole('button', { name: 'Activate' }).click()
  await second.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
  await expect(part(second)).toContainText('00:00 to 24:00')
  await expect(part(second)).toContainText('inside working hours')
  await expect(part(second)).toContainText('context.workingHours: true')
  await expectThreeForms(second, 'settings-hours')
})

test('the compliance officer reads them and changes none', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await page.goto('/settings')
  await expect(part(page)).toContainText('08:00 to 18:00')
  await expect(part(page).getByRole('button')).toHaveCount(0)
})
