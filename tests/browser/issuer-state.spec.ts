import type { Page } from '@playwright/test'
import { exportJWK, generateKeyPair } from 'jose'
import { serveAnsweringIssuer } from '@/tests/harness/answering-issuer'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 240_000 })

const rowOf = (page: Page, issuer: string) =>
  page.getByRole('region', { name: 'Workload identity' }).getByRole('row').filter({ hasText: issuer })

/** Nobody was asked for it a moment ago, or somebody was for as long as it takes to look. */
const mayAskAgain = () => query(`delete from lease where name like 'trust refresh O-%'`)
const mayNotAskYet = () =>
  query(`update lease set until = now() + interval '1 hour' where name like 'trust refresh O-%'`)

test.afterEach(async () => {
  await mayAskAgain()
  await query(`delete from oidc_issuer where issuer like 'http://127.0.0.1:%'`)
})

async function newKeys(...kids: string[]) {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  return kids.map((kid) => ({ ...jwk, kid, use: 'sig', alg: 'ES256' }))
}

test('an issuer says how it answers, is asked again, and says when it gives nothing of use', async ({
  page,
  openAs,
}) => {
  const served = await serveAnsweringIssuer()
  const { issuer } = served
  const row = rowOf(page, issuer)
  const came = row.getByRole('status')
  const refresh = async () => {
    await mayAskAgain()
    await row.getByRole('button', { name: 'Refresh', exact: true }).click()
  }
  served.say({ keys: await newKeys('ci-1', 'ci-2') })
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Add issuer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add issuer' })
  await dialog.getByLabel('Issuer', { exact: true }).fill(issuer)
  await dialog.getByRole('button', { name: 'Add issuer' }).click()
  await expect(dialog).toBeHidden()
  // Without anybody's doing: the page asks, and shows the answer when it is there.
  await expect(row).toContainText('2 usable keys, asked')
  await expect(row).toContainText('ci-1, ci-2')
  await expectThreeForms(page, 'issuer-answers')

  served.say({ keys: [...(await newKeys('ci-3')), { kty: 'oct', kid: 'odd' }] })
  await refresh()
  await expect(came).toContainText('It answers with 1 usable key of 2: ci-3.')
  await expect(row).toContainText('1 usable key of 2')
  await mayNotAskYet()
  await row.getByRole('button', { name: 'Refresh', exact: true }).click()
  await expect(came).toContainText('This was fetched a moment ago.')

  served.say({ status: 503 })
  await refresh()
  await expect(came).toContainText('It gives no usable keys. Its discovery document cannot be fetched.')
  await expect(row).toContainText('Gives no usable keys')
  await expect(row).toContainText('paste its keys with “Change”')
  await expectThreeForms(page, 'issuer-failing')
  const officer = await openAs('compliance officer')
  await officer.goto('/settings')
  await expect(rowOf(officer, issuer)).toContainText('Gives no usable keys')
  await expect(rowOf(officer, issuer).getByRole('button')).toHaveCount(0)

  await page.goto('/audit?q=event:trust.refresh_asked')
  await expect(page.getByRole('table').first()).toContainText('trust.refresh_asked')
  await served.close()
  await page.goto('/settings')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})
