import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { fileRequest } from './filing'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 200_000 })

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const WIKI = 'https://wiki.retiring.example'

test.beforeEach(async () => {
  await query(
    `insert into role_holding (person_id, tenant_id, role, given_by)
     select person_id, tenant_id, 'administrator', 'setup' from role_holding h join person p on p.id = h.person_id
     where p.subject = 'second-approver' and h.role = 'approver'`,
  )
  await query(
    `insert into resource_server (id, tenant_id, name, identifier, type, "check")
     select 'S-W1K10000', tenant_id, 'Wiki', $1, 'wiki', 'offline' from resource_server where name = 'Tickets'`,
    [WIKI],
  )
  await query(
    `insert into scope (id, server_id, tenant_id, action, resource, sensitivity, data_domain, max_seconds)
     select 'X-W1K10000', 'S-W1K10000', tenant_id, 'ticket:read', $1, 1, 'support-cases', 3600
     from resource_server where name = 'Wiki'`,
    [`${WIKI}/p/1`],
  )
})
test.afterEach(async () => {
  await query(
    `delete from role_holding where role = 'administrator' and person_id in
     (select id from person where subject = 'second-approver')`,
  )
  await query(`update scope set retired = null where action = 'ticket:delete'`)
  await query(`delete from scope where server_id = 'S-W1K10000'`)
  await query(`delete from resource_server where id = 'S-W1K10000'`)
})

async function activate(page: Page, name: RegExp) {
  await page.goto('/settings')
  const row = page.getByRole('row', { name })
  await expect(row).toContainText('Live grants lose it at once and keep the rest')
  await expectThreeForms(page, `retiring-proposal-${name.source.slice(1, 6).toLowerCase()}`)
  await row.getByRole('button', { name: 'Activate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
  await expect(row).toHaveCount(0)
}

test('a scope is retired once two administrators agree, and cannot be asked for any more', async ({
  page,
  openAs,
}) => {
  const requester = await openAs('requester')
  await fileRequest(requester, 'summarise-a-ticket')
  await signInAs(page, 'administrator')
  await page.goto('/resources')
  const reading = part(page, 'Tickets').getByRole('row').filter({ hasText: 'ticket:read' }).first()
  await reading.getByRole('button', { name: 'Retire', exact: true }).click()
  const naming = page.getByRole('dialog', { name: 'Retire ticket:read' })
  await expect(naming).toContainText(
    /\d+ templates?, \d+ polic(y|ies), \d+ waiting requests? and [1-9]\d* live grants? name it\./,
  )
  await page.keyboard.press('Escape')
  await expect(naming).toBeHidden()
  const deleting = part(page, 'Tickets').getByRole('row').filter({ hasText: 'ticket:delete' })
  await deleting.getByRole('button', { name: 'Retire', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Retire ticket:delete' })
  await expect(dialog).toContainText('it cannot come back')
  await expectThreeForms(page, 'retiring-scope')
  await dialog.getByRole('button', { name: 'Retire', exact: true }).click()
  await expect(page.getByText('It waits for another administrator.')).toBeVisible()
  await expect(deleting).toBeVisible()

  const second = await openAs('second approver')
  await activate(second, /^Scope ticket:delete on/)
  await second.goto('/resources')
  await expect(part(second, 'Tickets')).toBeVisible()
  await expect(part(second, 'Tickets').getByRole('row').filter({ hasText: 'ticket:delete' })).toHaveCount(0)
  await expectThreeForms(second, 'retiring-resources')
  await requester.goto('/requests/new')
  await expect(requester.getByRole('group', { name: 'Scopes' })).toContainText('ticket:read')
  await expect(requester.getByRole('group', { name: 'Scopes' })).not.toContainText('ticket:delete')
  await second.goto('/audit?q=event:scope.retired')
  await expect(second.getByRole('table').first()).toContainText('scope.retired')
})

test('a resource server is removed once two administrators agree', async ({ page, openAs }) => {
  await signInAs(page, 'administrator')
  await page.goto('/resources')
  await part(page, 'Wiki').getByRole('button', { name: 'Remove', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove Wiki' })
  await expect(dialog).toContainText('0 templates')
  await expect(dialog).toContainText('0 waiting requests and 0 live grants name it or its scopes.')
  await expectThreeForms(page, 'removing-server')
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('It waits for another administrator.')).toBeVisible()
  await expect(part(page, 'Wiki')).toBeVisible()
  const second = await openAs('second approver')
  await activate(second, /^Server Wiki/)
  await second.goto('/resources')
  await expect(part(second, 'Tickets')).toBeVisible()
  await expect(part(second, 'Wiki')).toHaveCount(0)
})
