import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

const keysOf = (page: Page) => page.getByRole('region', { name: 'Signing keys' })
const rowOf = (page: Page, state: string) =>
  keysOf(page)
    .getByRole('row')
    .filter({ hasText: new RegExp(state) })

test('an administrator rotates the signing keys, and ends one that may be known', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await expect(rowOf(page, 'Active')).toHaveCount(1)
  const next = (await rowOf(page, 'Next').getByRole('code').textContent()) ?? ''
  await query(`update signing_key set created = now() where state = 'next'`)
  await keysOf(page).getByRole('button', { name: 'Rotate now' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing keys' })
  await dialog.getByLabel('Reason').fill('The yearly exercise.')
  await dialog.getByRole('button', { name: 'Rotate now' }).click()
  await expect(dialog.getByRole('alert')).toContainText('published less than 10 minutes ago')
  await expectThreeForms(page, 'keys-rotating')
  await query(`update signing_key set created = now() - interval '1 hour' where state = 'next'`)
  await dialog.getByRole('button', { name: 'Rotate now' }).click()
  await expect(rowOf(page, 'Active')).toContainText(next)
  await expect(rowOf(page, 'Retired')).toContainText('until what it signed has ended')

  await rowOf(page, 'Retired').getByRole('button', { name: 'End' }).click()
  const ending = page.getByRole('dialog', { name: 'End a signing key at once' })
  await expect(ending).toContainText('Requesters take their mandates from the request page again')
  await ending.getByRole('button', { name: 'End' }).click()
  await expect(rowOf(page, 'Retired')).toHaveCount(0)
  await expectThreeForms(page, 'keys')

  const officer = await openAs('compliance officer')
  await officer.goto('/settings')
  await expect(rowOf(officer, 'Active')).toContainText(next)
  await expect(keysOf(officer).getByRole('button')).toHaveCount(0)
  await officer.goto('/audit?q=event:key')
  await expect(officer.getByRole('table').first()).toContainText(`key.rotated ${next}`)
})
