import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { query } from '../abuse/store'
import { fileRequest, stateOf } from '../filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from '../fixtures'
import { addPasskey, VirtualAuthenticator } from './authenticator'

// Whoever has a passkey signs with it, in the tests that follow as well.
test.afterEach(async () => {
  await query('delete from passkey')
})

const passkeys = (page: Page) => page.getByRole('region', { name: 'Passkeys' })

/** Opens the dialog and presses the verb in it. What comes of it is for the caller to see. */
async function press(page: Page, verb: 'Approve' | 'Deny', reason?: string) {
  await page.getByRole('button', { name: verb, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: new RegExp(`^${verb} R-`) })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  if (reason) await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  return dialog
}

test('Register several passkeys, rename and remove them', async ({ page }) => {
  await signInAs(page, 'approver')
  await page.goto('/settings')
  await expect(passkeys(page)).toContainText('You have no passkey.')
  await picture(page, 'passkeys-none')
  const first = await VirtualAuthenticator.of(page)
  await addPasskey(page, 'Laptop at work')
  await inBothThemes(page, () => expectNoAxeViolations(page))
  // The same authenticator is not asked for a second one.
  await passkeys(page).getByRole('button', { name: 'Add passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByRole('button', { name: 'Add passkey' }).click()
  await expect(dialog.getByText('Give the passkey a name.')).toBeVisible()
  await dialog.getByLabel('Name').fill('Again')
  await dialog.getByRole('button', { name: 'Add passkey' }).click()
  await expect(dialog.getByText('This authenticator holds a passkey of yours already.')).toBeVisible()
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `passkeys-add-${theme}`)
  })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  // The one that is there signs first, and the new one is made by another authenticator.
  await first.isAnotherOnceAsked(page)
  await addPasskey(page, 'Key on the ring')
  const row = (name: string) => passkeys(page).getByRole('row', { name: new RegExp(name) })
  await expect(row('Key on the ring')).toContainText('never')
  await expect(row('Laptop at work')).not.toContainText('never')
  await inBothThemes(page, async (theme) => picture(page, `passkeys-${theme}`))
  await row('Key on the ring').getByRole('button', { name: 'Rename' }).click()
  const renaming = page.getByRole('dialog', { name: 'Rename this passkey' })
  await renaming.getByLabel('Name').fill('Key in the drawer')
  await renaming.getByRole('button', { name: 'Rename' }).click()
  await expect(row('Key in the drawer')).toBeVisible()
  await row('Laptop at work').getByRole('button', { name: 'Remove' }).click()
  const removing = page.getByRole('dialog', { name: 'Remove this passkey' })
  await first.verifies(false)
  await removing.getByRole('button', { name: 'Remove' }).click()
  await expect(removing.getByRole('alert')).toContainText('Press Remove to try again.')
  await inBothThemes(page, () => expectNoAxeViolations(page))
  await first.verifies(true)
  await removing.getByRole('button', { name: 'Remove' }).click()
  await expect(row('Laptop at work')).toHaveCount(0)
  await row('Key in the drawer').getByRole('button', { name: 'Remove' }).click()
  await expect(removing).toContainText('It is your last one. You countersign with your sign-in then.')
  await page.setViewportSize({ width: 320, height: 700 })
  await picture(page, 'passkeys-remove-320')
  await removing.getByRole('button', { name: 'Remove' }).click()
  await expect(passkeys(page)).toContainText('You have no passkey.')
})

test('Approve and deny with a passkey, after a prompt that was closed', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const [approved, denied] = [
    await fileRequest(page, 'resolve-a-refund-ticket'),
    await fileRequest(page, 'resolve-a-refund-ticket'),
  ]
  const approver = await openAs('approver')
  const authenticator = await VirtualAuthenticator.of(approver)
  await addPasskey(approver, 'Laptop')
  await approver.goto(`/requests/${approved}`)
  await authenticator.verifies(false)
  const dialog = await press(approver, 'Approve')
  const closed = dialog.getByRole('alert')
  await expect(closed).toContainText('Nothing was signed and nothing is lost. Press Approve to try again.')
  await inBothThemes(approver, async (theme) => {
    await expectNoAxeViolations(approver)
    await picture(approver, `passkey-cancelled-${theme}`)
  })
  await approver.setViewportSize({ width: 320, height: 700 })
  await picture(approver, 'passkey-cancelled-320')
  await approver.setViewportSize({ width: 1280, height: 900 })
  await authenticator.verifies(true)
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(approver.getByText(`${approved} approved.`)).toBeVisible()
  await expect(stateOf(approver)).toHaveText('Live')
  await expect(approver.getByRole('region', { name: 'Approvals' })).toContainText('passkey')
  await picture(approver, 'passkey-approved')
  const saving = approver.waitForEvent('download')
  await approver.getByRole('button', { name: 'Export approval' }).click()
  const download = await saving
  expect(download.suggestedFilename()).toMatch(/^approval-[\w-]+\.json$/)
  const file = JSON.parse(readFileSync(await download.path(), 'utf8'))
  expect(file).toMatchObject({
    type: 'countersign-approval-evidence/v1',
    terms: { verdict: 'approve', request: { id: approved, version: 1 } },
    passkey: { rpId: 'localhost' },
  })

  await approver.goto(`/requests/${denied}`)
  await authenticator.verifies(false)
  const no = await press(approver, 'Deny', 'Ticket 4711 is closed.')
  await expect(no.getByRole('alert')).toContainText('Press Deny to try again.')
  await expect(no.getByLabel('Reason')).toHaveValue('Ticket 4711 is closed.')
  await authenticator.verifies(true)
  await no.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(approver.getByText(`${denied} denied.`)).toBeVisible()
  await approver.goto('/settings')
  await expect(passkeys(approver)).not.toContainText('never')
})

test('Somebody else’s passkey signs nothing, whoever asks it', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const second = await openAs('second approver')
  const theirs = await VirtualAuthenticator.of(second)
  await addPasskey(second, 'Theirs')
  const approver = await openAs('approver')
  const mine = await VirtualAuthenticator.of(approver)
  await addPasskey(approver, 'Mine')
  await mine.hold(await theirs.credentials())
  await approver.goto(`/requests/${id}`)
  const dialog = await press(approver, 'Approve')
  await expect(dialog.getByRole('alert')).toContainText('Nothing was signed and nothing is lost.')
  // A page that was tampered with asks for any passkey there is.
  await approver.evaluate(() => {
    const get = navigator.credentials.get.bind(navigator.credentials)
    navigator.credentials.get = (options) => {
      if (options?.publicKey) options.publicKey.allowCredentials = []
      return get(options)
    }
  })
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(dialog.getByText('This passkey is not one of yours. Nothing was signed.')).toBeVisible()
  await approver.reload()
  await expect(stateOf(approver)).toHaveText('Awaiting approval')
})

test('A copy of a passkey, which counts behind it, signs nothing', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const [first, next] = [
    await fileRequest(page, 'resolve-a-refund-ticket'),
    await fileRequest(page, 'resolve-a-refund-ticket'),
  ]
  const approver = await openAs('approver')
  const authenticator = await VirtualAuthenticator.of(approver)
  await addPasskey(approver, 'Laptop')
  const copy = await authenticator.credentials()
  await approver.goto(`/requests/${first}`)
  await press(approver, 'Approve')
  await expect(approver.getByText(`${first} approved.`)).toBeVisible()
  await authenticator.hold(copy)
  await approver.goto(`/requests/${next}`)
  const dialog = await press(approver, 'Approve')
  await expect(dialog.getByText('This passkey has counted backwards, as a copy does.')).toBeVisible()
  await picture(approver, 'passkey-copied')
  await approver.reload()
  await expect(stateOf(approver)).toHaveText('Awaiting approval')
})

test('An answer of a passkey is worth something once', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const [first, next] = [
    await fileRequest(page, 'rotate-a-production-secret'),
    await fileRequest(page, 'rotate-a-production-secret'),
  ]
  const approver = await openAs('approver')
  await VirtualAuthenticator.of(approver)
  await addPasskey(approver, 'Laptop')
  await approver.goto(`/requests/${first}`)
  // Keeps what the passkey answered and, from then on, answers that again.
  await approver.addInitScript(() => {
    const decode = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer
    const encode = (data: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(data)))
    const get = navigator.credentials.get.bind(navigator.credentials)
    const PARTS = ['authenticatorData', 'clientDataJSON', 'signature'] as const
    navigator.credentials.get = async (options) => {
      const kept = sessionStorage.getItem('answer')
      if (kept) {
        const { id, ...parts } = JSON.parse(kept) as Record<'id' | (typeof PARTS)[number], string>
        const response = Object.fromEntries(PARTS.map((part) => [part, decode(parts[part])]))
        return {
          id,
          rawId: decode(id.replace(/-/g, '+').replace(/_/g, '/')),
          type: 'public-key',
          response,
          getClientExtensionResults: () => ({}),
        } as unknown as Credential
      }
      const answer = (await get(options)) as PublicKeyCredential
      const response = answer.response as AuthenticatorAssertionResponse
      const parts = PARTS.map((part) => [part, encode(response[part])])
      sessionStorage.setItem('answer', JSON.stringify({ id: answer.id, ...Object.fromEntries(parts) }))
      return answer
    }
  })
  await approver.reload()
  const sending = approver.waitForRequest(
    (request) => request.method() === 'POST' && (request.postData() ?? '').includes('assertion'),
  )
  await press(approver, 'Approve')
  const sent = await sending
  await expect(approver.getByText(`${first} approved.`)).toBeVisible()
  // The very same request once more.
  const again = await approver.request.post(sent.url(), {
    headers: await sent.allHeaders(),
    data: sent.postDataBuffer() ?? '',
  })
  expect(await again.text()).toContain('You have already signed this stage.')
  await approver.reload()
  await expect(approver.getByRole('region', { name: 'Approvals' })).toContainText('Security, 1 of 2')
  // The same answer for another request.
  await approver.goto(`/requests/${next}`)
  const dialog = await press(approver, 'Approve')
  await expect(
    dialog.getByText('The passkey did not sign what you were shown. Nothing was signed.'),
  ).toBeVisible()
})

test('A stage that takes passkeys only says so to who has none', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  await query(`update request set stages = jsonb_set(stages, '{0,passkey}', 'true') where id = $1`, [id])
  await page.reload()
  await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('(has no passkey yet)')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await expect(approver.getByText('This stage takes signatures with a passkey only.')).toBeVisible()
  await expect(approver.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
  await approver.setViewportSize({ width: 320, height: 700 })
  await picture(approver, 'passkey-required-320')
  await VirtualAuthenticator.of(approver)
  await approver.getByRole('link', { name: 'Open Settings' }).click()
  await addPasskey(approver, 'Laptop')
  await approver.goto(`/requests/${id}`)
  await press(approver, 'Approve')
  await expect(approver.getByText(`${id} approved.`)).toBeVisible()
})
