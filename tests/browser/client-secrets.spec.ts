import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 300_000 })

const ID = 'S-W1K20000'
const IDENTIFIER = 'https://gateway.secrets.example'
const part = (page: Page) => page.getByRole('region', { name: 'Gateway', exact: true })

test.beforeEach(async () => {
  await query(
    `insert into role_holding (person_id, tenant_id, role, given_by)
     select person_id, tenant_id, 'administrator', 'setup' from role_holding h join person p on p.id = h.person_id
     where p.subject = 'second-approver' and h.role = 'approver'`,
  )
  await query(
    `insert into resource_server (id, tenant_id, name, identifier, type, "check")
     select $1, tenant_id, 'Gateway', $2, 'gateway', 'introspection' from resource_server where name = 'Tickets'`,
    [ID, IDENTIFIER],
  )
})
test.afterEach(async () => {
  await query(
    `delete from role_holding where role = 'administrator' and person_id in
     (select id from person where subject = 'second-approver')`,
  )
  await query('delete from resource_server where id = $1', [ID])
})

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name })

/** What the server is answered when it asks about a token with this secret. */
async function asks(secret: string): Promise<number> {
  const credentials = Buffer.from(`${encodeURIComponent(IDENTIFIER)}:${secret}`).toString('base64')
  const response = await fetch(`${process.env.BROWSER_ISSUER}/oauth/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token: 'unknown' }),
  })
  return response.status
}

/** The secret that a dialog shows, which it does once. */
async function shownIn(page: Page, title: string): Promise<string> {
  const dialog = dialogOf(page, title)
  await expect(dialog.getByText('Shown once.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Copy secret' })).toBeVisible()
  const secret = (await dialog.getByText(/^countersign_secret_/).textContent()) ?? ''
  await expectThreeForms(page, `client-secret-${title.split(' ')[0]?.toLowerCase()}`)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(dialog).toBeHidden()
  // Neither behind the closed dialog nor after coming back.
  await expect.poll(() => page.content()).not.toContain(secret)
  await page.reload()
  await expect(part(page)).toBeVisible()
  expect(await page.content()).not.toContain(secret)
  return secret
}

async function activate(page: Page) {
  await page.goto('/settings')
  const row = page.getByRole('row', { name: /^Server Gateway/ })
  await expect(row).toContainText('Only who proposed it has seen it.')
  await expectThreeForms(page, 'client-secret-proposal')
  await row.getByRole('button', { name: 'Activate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
  await expect(row).toHaveCount(0)
}

test('a secret is made by one administrator, activated by another, used, rotated and ended', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'administrator')
  const second = await openAs('second approver')
  await page.goto('/resources')
  await part(page).getByRole('button', { name: 'Make secret' }).click()
  const making = 'Make a client secret for Gateway'
  await dialogOf(page, making).getByRole('button', { name: 'Make secret' }).click()
  const made = await shownIn(page, making)
  expect(await asks(made)).toBe(401)
  await activate(second)
  expect(await asks(made)).toBe(200)

  await page.reload()
  await expect(part(page)).toContainText('client_secret_basic')
  await expect(part(page)).toContainText('never rotated')
  await expectThreeForms(page, 'client-secret-resources')
  await part(page).getByRole('button', { name: 'Rotate secret' }).click()
  const rotating = 'Rotate the client secret of Gateway'
  const lasting = dialogOf(page, rotating).getByLabel('The secret before serves for')
  await expect(lasting).toHaveValue('86400')
  await lasting.selectOption('1 hour')
  await dialogOf(page, rotating).getByRole('button', { name: 'Rotate secret' }).click()
  const next = await shownIn(page, rotating)
  await activate(second)
  expect([await asks(made), await asks(next)]).toEqual([200, 200])

  await page.reload()
  await expect(part(page)).toContainText('last rotated')
  await part(page).getByRole('button', { name: 'End secret' }).click()
  const ending = dialogOf(page, 'End the client secret of Gateway')
  await expect(ending.getByLabel('The one before')).toBeChecked()
  await expectThreeForms(page, 'client-secret-ending')
  await ending.getByRole('button', { name: 'End secret' }).click()
  await expect(ending).toBeHidden()
  await expect(part(page)).not.toContainText('The one before')
  expect([await asks(made), await asks(next)]).toEqual([401, 200])

  await part(page).getByRole('button', { name: 'End secret' }).click()
  await expect(ending).toContainText('every question of this server is refused')
  await ending.getByRole('button', { name: 'End secret' }).click()
  await expect(part(page).getByRole('button', { name: 'Make secret' })).toBeVisible()
  expect(await asks(next)).toBe(401)
})

test('a new server is proposed with a secret in place of a key', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/resources')
  await page.getByRole('button', { name: 'Add resource server' }).click()
  const adding = dialogOf(page, 'Add resource server')
  await adding.getByLabel('Name').fill('Proxy')
  await adding.getByLabel('Identifier').fill('https://proxy.secrets.example')
  await adding.getByLabel('Type').fill('proxy')
  await adding.getByLabel('How it checks').selectOption('introspection')
  await adding.getByLabel('A client secret').check()
  await expect(adding.getByLabel('Public key', { exact: true })).toHaveCount(0)
  await adding.getByRole('button', { name: 'Add resource server' }).click()
  await shownIn(page, 'Add resource server')
  await page.goto('/settings')
  const row = page.getByRole('row', { name: /^Server Proxy/ })
  await expect(row).toContainText('client secret')
  await row.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await expect(row).toHaveCount(0)
})
