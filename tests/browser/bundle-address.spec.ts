import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { exportJWK, generateKeyPair } from 'jose'
import { query } from './abuse/store'
import { expect, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

test.describe.configure({ timeout: 240_000 })

const DOMAIN = 'fetched.browser.example'

/** Where a trust domain publishes its bundle, with as many keys as its sequence says. */
async function serveBundle() {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  let sequence: number | null = 1
  const server = createServer((_, response) => {
    if (sequence === null) return response.writeHead(503).end()
    const keys = Array.from({ length: sequence }, (_, at) => ({
      ...jwk,
      kid: `k-${at + 1}`,
      use: 'jwt-svid',
    }))
    const body = JSON.stringify({ keys, spiffe_sequence: sequence, spiffe_refresh_hint: 3600 })
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle`,
    say: (next: number | null) => {
      sequence = next
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const rowOf = (page: Page) =>
  page.getByRole('region', { name: 'Workload identity' }).getByRole('row').filter({ hasText: DOMAIN })

/** Its time has come now, and not only in an hour. */
const makeDue = () => query(`update trust_domain set next_refresh = now() where name = $1`, [DOMAIN])

/** What the page says once a refresh was made. Each look is a fresh page. */
const expectSoon = (page: Page, words: string) =>
  expect(async () => {
    await page.goto('/settings')
    await expect(rowOf(page)).toContainText(words, { timeout: 2_000 })
  }).toPass({ timeout: 90_000 })

/** Nobody was asked for it a moment ago, or somebody was for as long as it takes to look. */
const mayAskAgain = () => query('delete from lease where name = $1', [`trust refresh ${DOMAIN}`])
const mayNotAskYet = () =>
  query(`update lease set until = now() + interval '1 hour' where name = $1`, [`trust refresh ${DOMAIN}`])

test.afterEach(async () => {
  await mayAskAgain()
  await query('delete from trust_domain where name = $1', [DOMAIN])
})

test('a trust domain is believed by its address, followed there, and says when nobody answers', async ({
  page,
}) => {
  const place = await serveBundle()
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await page
    .getByRole('region', { name: 'Workload identity' })
    .getByRole('button', { name: 'Add trust domain' })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Add trust domain' })
  await dialog.getByLabel('Name').fill(DOMAIN)
  await dialog.getByLabel('Or its address').fill(place.url)
  place.say(null)
  await dialog.getByRole('button', { name: 'Add trust domain' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await expectThreeForms(page, 'bundle-adding')
  place.say(1)
  await dialog.getByRole('button', { name: 'Add trust domain' }).click()
  await expect(dialog).toBeHidden()
  await expect(rowOf(page)).toContainText('k-1')
  await expect(rowOf(page)).toContainText(place.url)
  await expect(rowOf(page)).toContainText('last fetched')
  await expectThreeForms(page, 'bundle-fetched')

  const refresh = rowOf(page).getByRole('button', { name: 'Refresh', exact: true })
  const came = rowOf(page).getByRole('status')
  await refresh.click()
  await expect(came).toContainText('Nothing changed: 1 key: k-1; sequence 1')
  await mayNotAskYet()
  await refresh.click()
  await expect(came).toContainText('This was fetched a moment ago.')
  place.say(2)
  await mayAskAgain()
  await refresh.click()
  await expect(came).toContainText('It changed: 2 keys: k-1, k-2; sequence 2')
  await expectThreeForms(page, 'bundle-refreshed')
  place.say(1)
  await mayAskAgain()
  await refresh.click()
  await expect(came).toContainText('It could not be had. What is there is older than what is believed')
  await expect(rowOf(page)).toContainText('Cannot be fetched')

  place.say(3)
  await makeDue()
  await expectSoon(page, 'k-3')
  await page.goto(`/audit?q=event:trust.refreshed`)
  await expect(page.getByRole('table').first()).toContainText('trust.refreshed')

  await place.close()
  await makeDue()
  await expectSoon(page, 'Cannot be fetched')
  await expect(rowOf(page)).toContainText('k-3')
  await expect(rowOf(page)).toContainText('The last one is believed until')
  await expectThreeForms(page, 'bundle-gone')

  await rowOf(page).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(rowOf(page)).toHaveCount(0)
})
