import { expect, type Page } from '@playwright/test'

export type Template = 'summarise-a-ticket' | 'resolve-a-refund-ticket' | 'rotate-a-production-secret'

/** Files a request from a template and answers its id. */
export async function fileRequest(
  page: Page,
  template: Template,
  change: () => Promise<void> = async () => {},
): Promise<string> {
  await page.goto(`/requests/new?template=${template}`)
  await page.getByLabel('Justification').fill('The customer has waited nine days for an answer.')
  await change()
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible()
  return idOf(page)
}

/** The id of the request whose page this is. */
export function idOf(page: Page): string {
  const id = /\/requests\/(R-[0-9A-Z]+)$/.exec(new URL(page.url()).pathname)?.[1]
  if (!id) throw new Error(`This is not the page of a request: ${page.url()}`)
  return id
}

/** Opens the dialog, waits for the digest and signs. */
export async function sign(page: Page, verb: 'Approve' | 'Deny', reason?: string): Promise<string> {
  await page.getByRole('button', { name: verb, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: new RegExp(`^${verb} R-`) })
  const digest = await dialog.getByText(/^[0-9a-f]{64}$/).textContent()
  if (reason) await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await expect(dialog).toBeHidden()
  return digest ?? ''
}

/** Issues the mandate and takes it from the clipboard, where "Copy mandate" puts it some time after the click. */
export async function takeMandate(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  const shown = page.getByRole('group', { name: 'Mandate' })
  await expect(shown).toContainText(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  const mandate = ((await shown.textContent()) ?? '').trim()
  await page.getByRole('button', { name: 'Copy mandate' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(mandate)
  return mandate
}

/** The badge under the title. */
export const stateOf = (page: Page) => page.locator('.page-head .badge')
