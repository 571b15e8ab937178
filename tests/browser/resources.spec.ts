import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 300_000 })

const tickets = (page: Page) => page.getByRole('region', { name: 'Tickets' })
const deleting = (page: Page) => tickets(page).getByRole('row').filter({ hasText: 'ticket:delete' })

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
  await query(`update scope set max_seconds = 3600, sensitivity = 3 where action = 'ticket:delete'`)
  await query(`delete from resource_server where name = 'Wiki'`)
})

test('a scope is classified anew by one administrator and activated by another, who reads what it means', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/resources')
  await expect(tickets(page)).toContainText('It has no key')
  await expect(page.getByRole('region', { name: 'Vault' })).toContainText('private_key_jwt')
  const before = await deleting(page).getByRole('cell').nth(4).textContent()
  await deleting(page).getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change ticket:delete' })
  await expect(dialog).toContainText('It counts for requests filed from then on.')
  await dialog.getByLabel('Data domain').fill('Not a domain')
  await dialog.getByLabel('At most, in minutes').fill('7')
  await dialog.getByRole('button', { name: 'Change' }).click()
  await expect(dialog.getByRole('alert')).toContainText('lower-case letters')
  await expectThreeForms(page, 'resources-scope-dialog')
  await dialog.getByLabel('Data domain').fill('support-cases')
  await dialog.getByRole('button', { name: 'Change' }).click()
  await expect(dialog).toBeHidden()
  await expect(deleting(page)).toContainText(String(before))

  const second = await openAs('second approver')
  await second.goto('/settings')
  const row = second.getByRole('row', { name: /^Scope ticket:delete on/ })
  await expect(row).toContainText('at most 7 minutes')
  await expect(row).toContainText('keep the classification they were asked with')
  await row.getByRole('button', { name: 'Activate' }).click()
  await second.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
  await expect(row).toHaveCount(0)
  await second.goto('/resources')
  await expect(deleting(second)).toContainText('7 minutes')
})

test('a server is proposed, and an example of a token is shown that is none', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/resources')
  await page.getByRole('button', { name: 'Add resource server' }).click()
  const adding = page.getByRole('dialog', { name: 'Add resource server' })
  await adding.getByLabel('Name').fill('Wiki')
  await adding.getByLabel('Identifier').fill('https://wiki.example')
  await adding.getByLabel('Type').fill('wiki')
  await adding.getByLabel('How it checks').selectOption('asking')
  await adding.getByRole('button', { name: 'Add resource server' }).click()
  await expect(adding.getByRole('alert')).toContainText('Paste its public key.')
  await adding.getByLabel('How it checks').selectOption('offline')
  await adding.getByRole('button', { name: 'Add resource server' }).click()
  await expect(adding).toBeHidden()
  await expect(page.getByText('It waits for another administrator.')).toBeVisible()

  await tickets(page).getByRole('button', { name: 'Try it' }).click()
  const trying = page.getByRole('dialog', { name: 'Try a token for Tickets' })
  await trying.getByLabel('Environment').selectOption('staging')
  await trying.getByRole('button', { name: 'Try it' }).click()
  await expect(trying.getByRole('status')).toContainText('An example, not a token.')
  const claims = JSON.parse((await trying.getByRole('group', { name: 'Example claims' }).textContent()) ?? '')
  expect(claims).toMatchObject({ scope: 'ticket:read', jti: '(new for each token)' })
  await expectThreeForms(page, 'resources-tried')
  await page.keyboard.press('Escape')
  await expectThreeForms(page, 'resources')

  await page.goto('/settings')
  const row = page.getByRole('row', { name: /^Server Wiki/ })
  await row.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await expect(row).toHaveCount(0)
})

test('the compliance officer reads all of it and changes nothing', async ({ page }) => {
  await signInAs(page, 'compliance officer')
  await page.goto('/resources')
  await expect(tickets(page)).toContainText('ticket:delete')
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0)
})
