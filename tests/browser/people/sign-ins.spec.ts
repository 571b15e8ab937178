import { expectNoAxeViolations, picture } from '../fixtures'
import { expect, signInAs, test } from './fixtures'

const dialog = (page: import('@playwright/test').Page) => page.getByRole('dialog')

// An open page asks for itself when something happens. Signed out meanwhile, it would be told so before it is looked at.
const leave = (page: import('@playwright/test').Page) => page.goto('about:blank')

test('one’s own sign-ins are listed, and all others end at once', async ({ page, openBrowser }) => {
  const other = await openBrowser()
  await signInAs(page, 'approver')
  await signInAs(other, 'approver')
  await leave(other)
  await page.goto('/settings')
  const table = page.getByRole('table', { name: 'My sign-ins', exact: true })
  await expect(table.getByRole('row').filter({ hasText: 'this one' })).toContainText('Identity provider')
  await expect(table.getByRole('row')).toHaveCount(3)
  await expectNoAxeViolations(page)
  await picture(page, 'sign-ins')
  await page.setViewportSize({ width: 320, height: 700 })
  await picture(page, 'sign-ins-320')
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByRole('button', { name: 'End all other sign-ins', exact: true }).click()
  await dialog(page).getByRole('button', { name: 'End all other sign-ins', exact: true }).click()
  await expect(table.getByRole('row')).toHaveCount(2)
  await other.goto('/requests')
  await expect(other).toHaveURL(/\/sign-in/)
  await page.goto('/requests')
  await expect(page).toHaveURL(/\/requests$/)
})

test('an administrator ends the sign-in of somebody else', async ({ page, openBrowser }) => {
  const other = await openBrowser()
  await signInAs(other, 'compliance-officer')
  await leave(other)
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  const row = page
    .getByRole('table', { name: 'Sign-ins', exact: true })
    .getByRole('row')
    .filter({ hasText: 'Compliance officer' })
  await row.getByRole('button', { name: 'End', exact: true }).click()
  await dialog(page).getByRole('button', { name: 'End', exact: true }).click()
  await expect(row).toHaveCount(0)
  await other.goto('/audit')
  await expect(other).toHaveURL(/\/sign-in/)
})

test('a page that asks for itself with nobody before it does not keep a sign-in alive', async ({
  page,
  house,
}) => {
  await signInAs(page, 'requester')
  const idle = async () => {
    const [row] = await house.query<{ ends: string }>(
      `select max(idle_ends)::text as ends from sign_in s join person p on p.id = s.person_id
       where p.subject = 'requester' and ended is null`,
    )
    return row?.ends
  }
  const ask = (path: string) => page.request.get(path)
  // The page that signed in fetches ahead what its links lead to: it is left, and what it began is answered.
  await page.goto('about:blank')
  expect((await ask('/api/grants')).status()).toBe(200)
  expect((await ask('/requests')).status()).toBe(200)
  await house.query(
    `update sign_in set idle_ends = now() + interval '5 minutes' where person_id in
     (select id from person where subject = 'requester')`,
  )
  const before = await idle()
  expect((await ask('/api/grants')).status()).toBe(200)
  await page.context().addCookies([{ name: 'countersign.unattended', value: '1', url: house.consoleUrl }])
  expect((await ask('/requests')).status()).toBe(200)
  expect(await idle()).toBe(before)
  await page.context().clearCookies({ name: 'countersign.unattended' })
  expect((await ask('/requests')).status()).toBe(200)
  expect(await idle()).not.toBe(before)
})
