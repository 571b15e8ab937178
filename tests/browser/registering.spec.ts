import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ mode: 'serial', timeout: 300_000 })

const NAME = 'invoice-reader'
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test.beforeAll(async () => {
  await query(
    `insert into role_holding (person_id, tenant_id, role, given_by)
     select person_id, tenant_id, 'administrator', 'setup' from role_holding h join person p on p.id = h.person_id
     where p.subject = 'second-approver' and h.role = 'approver'`,
  )
})
test.afterAll(async () => {
  await query(
    `delete from role_holding where role = 'administrator' and person_id in
     (select id from person where subject = 'second-approver')`,
  )
  await query(`delete from template where agent_id in (select id from agent where slug = $1)`, [NAME])
  await query(`delete from agent_owner where agent_id in (select id from agent where slug = $1)`, [NAME])
  await query(`delete from agent where slug = $1`, [NAME])
})

async function activate(page: Page, name: RegExp, picture: string) {
  await page.goto('/settings')
  const row = page.getByRole('row', { name })
  await expect(row).toBeVisible()
  await expectThreeForms(page, picture)
  await row.getByRole('button', { name: 'Activate', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate', exact: true }).click()
  await expect(row).toHaveCount(0)
}

test('an agent is registered by two administrators, and its page leads to an identity', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/agents')
  await page.getByRole('button', { name: 'Add agent', exact: true }).click()
  const adding = dialog(page, 'Add agent')
  await adding.getByLabel('Name', { exact: true }).fill('refund-tr1age')
  await adding.getByLabel('Purpose', { exact: true }).fill('Reads invoices and says what is due.')
  await adding.getByLabel('Environments', { exact: true }).fill('staging, production')
  await adding.getByRole('button', { name: 'Add agent', exact: true }).click()
  await expect(adding.getByRole('alert')).toContainText('Choose at least one owner.')
  await adding.getByRole('group', { name: 'Owners' }).getByLabel('Requester', { exact: true }).check()
  await adding.getByRole('button', { name: 'Add agent', exact: true }).click()
  await expect(adding.getByRole('alert')).toContainText('refund-triage is registered')
  await expectThreeForms(page, 'registering-agent')
  await adding.getByLabel('Name', { exact: true }).fill(NAME)
  await adding.getByRole('button', { name: 'Add agent', exact: true }).click()
  await expect(page.getByText('It waits for another administrator.')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: NAME })).toHaveCount(0)
  // The next one begins empty: nobody owns it because they own the one before.
  await page.getByRole('button', { name: 'Add agent', exact: true }).click()
  await expect(adding.getByLabel('Name', { exact: true })).toHaveValue('')
  await expect(adding.getByRole('checkbox', { checked: true })).toHaveCount(0)
  await adding.getByRole('button', { name: 'Cancel' }).click()

  const second = await openAs('second approver')
  await activate(second, /^Agent invoice-reader/, 'registering-proposal')
  await second.goto('/agents')
  await second.getByRole('link', { name: `Add identity of ${NAME}`, exact: true }).click()
  await expect(second.getByRole('heading', { name: NAME, level: 1 })).toBeVisible()
  await expect(part(second, 'Identities')).toContainText('It has no identity, so it can prove nothing.')
  await expect(second.getByRole('button', { name: 'Add key', exact: true })).toBeEnabled()
  await expectThreeForms(second, 'registering-agent-page')

  await second.getByRole('button', { name: 'Change agent', exact: true }).click()
  const changing = dialog(second, `Change ${NAME}`)
  await expect(changing.getByLabel('Environments', { exact: true })).toHaveValue('production, staging')
  await changing.getByLabel('Environments', { exact: true }).fill('staging')
  await changing.getByRole('button', { name: 'Change agent', exact: true }).click()
  await expect(second.getByText('It waits for another administrator.')).toBeVisible()
  await activate(page, /^Agent invoice-reader/, 'registering-change')
  await page.goto(`/agents/${NAME}`)
  await expect(page.getByRole('definition').filter({ hasText: /^staging$/ })).toBeVisible()
})

test('a template is added, chosen, and retired, and nobody else sees the buttons', async ({
  page,
  openAs,
}) => {
  const administrator = await openAs('administrator')
  await administrator.goto(`/agents/${NAME}/templates`)
  await administrator.getByRole('button', { name: 'Add template', exact: true }).click()
  const adding = dialog(administrator, `Add a template of ${NAME}`)
  await adding.getByLabel('Name', { exact: true }).fill('Read an invoice')
  await adding.getByLabel('Goal', { exact: true }).fill('Read invoice 12 and say what is due.')
  await adding.getByLabel('Goal category', { exact: true }).fill('support')
  await adding.getByLabel('Duration, in minutes', { exact: true }).fill('20')
  await adding.getByRole('button', { name: 'Add template', exact: true }).click()
  await expect(adding.getByRole('alert')).toContainText('Choose at least one scope.')
  await adding
    .getByRole('checkbox', { name: /^ticket:read/ })
    .first()
    .check()
  await expectThreeForms(administrator, 'registering-template')
  await adding.getByRole('button', { name: 'Add template', exact: true }).click()
  await expect(administrator.getByText('It waits for another administrator.')).toBeVisible()

  const second = await openAs('second approver')
  await activate(second, /^Template Read an invoice/, 'registering-template-proposal')
  await signInAs(page, 'requester')
  await page.goto(`/agents/${NAME}/templates`)
  await expect(part(page, 'Read an invoice')).toContainText('ticket:read')
  for (const name of ['Add template', 'Change', 'Retire', 'Change agent'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
  await part(page, 'Read an invoice').getByRole('link', { name: 'Use this template', exact: true }).click()
  await expect(page.getByLabel('Goal', { exact: true })).toHaveValue('Read invoice 12 and say what is due.')
  await page.goto('/agents')
  await expect(page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add agent', exact: true })).toHaveCount(0)

  await second.goto(`/agents/${NAME}/templates`)
  await part(second, 'Read an invoice').getByRole('button', { name: 'Retire', exact: true }).click()
  const retiring = dialog(second, 'Retire Read an invoice')
  await expect(retiring).toContainText('0 waiting requests and 0 live grants were filed with it')
  await expectThreeForms(second, 'registering-template-retire')
  await retiring.getByRole('button', { name: 'Retire', exact: true }).click()
  await expect(second.getByText('It waits for another administrator.')).toBeVisible()
  await activate(administrator, /^Template Read an invoice/, 'registering-template-retired')
  await page.goto(`/agents/${NAME}/templates`)
  await expect(page.getByText('This agent has no template.')).toBeVisible()
})
