import { query } from './abuse/store'
import { fileRequest, sign } from './filing'
import { expect, signInAs, test } from './fixtures'

test.describe('A request whose answer got lost', () => {
  test.use({ expectedComplaints: [/Failed to load resource: net::ERR_FAILED/] })

  test('is filed once, though the page was asked for again before it is sent again', async ({ page }) => {
    await signInAs(page, 'requester')
    const goal = `Summarise ticket 4711, try ${Date.now()}.`
    await page.goto('/requests/new?template=summarise-a-ticket')
    await page.getByLabel('Goal').fill(goal)
    await page.getByLabel('Justification').fill('The shift needs it.')
    await page.route('**/requests/new*', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      // The console does it, and nobody hears that it did.
      await route.fetch({ maxRedirects: 0 })
      await route.abort()
    })
    const head = page.getByText(/^Trail head \d/)
    const before = (await head.textContent()) ?? ''
    await page.getByRole('button', { name: 'Submit request' }).click()
    await expect(page.getByText('The console did not answer.')).toBeVisible()
    await expect(head).not.toHaveText(before)
    await page.unroute('**/requests/new*')
    await page.getByRole('button', { name: 'Submit request' }).click()
    await expect(page.getByRole('region', { name: 'Written by the requester' })).toContainText(goal)
    expect(await query('select id from request where goal = $1', [goal])).toHaveLength(1)
  })
})

test('An edit is not written over a version it was not read from, and signatures on the same one do not stop it', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret')
  const other = await page.context().newPage()
  await other.goto(`/requests/${id}/edit`)
  await expect(other.getByText('Submitting makes version 2.')).toBeVisible()
  await page.getByRole('button', { name: 'Edit request' }).click()
  await page.getByRole('radio', { name: 'Other' }).check()
  await page.getByLabel('Minutes').fill('10')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('heading', { name: /for 10 minutes$/ })).toBeVisible()
  // The other page has heard of it. Its fields are still those of version 1.
  await expect(other.getByText('Submitting makes version 3.')).toBeVisible()
  await other.getByLabel('Justification').fill('Written over version 1.')
  await other.getByRole('button', { name: 'Submit request' }).click()
  await expect(other.getByText('This changed while you were looking at it.')).toBeVisible()
  await expect(other.getByLabel('Justification')).toHaveValue('Written over version 1.')

  await other.reload()
  await expect(other.getByLabel('Minutes')).toHaveValue('10')
  await other.getByLabel('Justification').fill('Written over version 2.')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await sign(approver, 'Approve')
  await expect(other.getByText('Somebody has signed this version.')).toBeVisible()
  await other.getByRole('button', { name: 'Submit request' }).click()
  await expect(other.locator('.page-head')).toContainText('version 3.')
})
