import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, expectNoAxeViolations, signInAs, test } from './fixtures'
import { expectThreeForms } from './forms'

const ISSUER = 'https://ci.browser.example'
const DEMO_DOMAIN = 'demo.countersign.example'

/** An issuer of the test's own: its key set, and tokens of it. */
async function makeIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'ci-1', use: 'sig', alg: 'ES256' }
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: ISSUER, aud: process.env.BROWSER_ISSUER ?? '', sub: 'runner', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'ci-1', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(privateKey)
  return { jwks: JSON.stringify({ keys: [jwk] }), token }
}

const trustOf = (page: Page) => page.getByRole('region', { name: 'Workload identity' })
const identitiesOf = (page: Page) => page.getByRole('region', { name: 'Identities' })

test('an administrator believes an issuer, names an agent in it, tests a token and takes it away', async ({
  page,
}) => {
  const { jwks, token } = await makeIssuer()
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await trustOf(page).getByRole('button', { name: 'Add issuer' }).click()
  const adding = page.getByRole('dialog', { name: 'Add issuer' })
  await adding.getByLabel('Issuer', { exact: true }).fill(ISSUER)
  await adding.getByLabel('Keys').fill('{"keys":[]}')
  await adding.getByRole('button', { name: 'Add issuer' }).click()
  await expect(adding.getByRole('alert')).toContainText('key')
  await expectThreeForms(page, 'issuer-adding')
  await adding.getByLabel('Keys').fill(jwks)
  await adding.getByLabel('Claim for the environment').fill('stage')
  await adding.getByLabel('Environments').fill('stage = staging')
  await adding.getByRole('button', { name: 'Add issuer' }).click()
  const row = trustOf(page).getByRole('row').filter({ hasText: ISSUER })
  await expect(row).toContainText('OpenID Connect; 1 key: ci-1; stage stage is staging')

  await page.goto('/agents/refund-triage')
  await identitiesOf(page).getByRole('button', { name: 'Add subject' }).click()
  const subject = page.getByRole('dialog', { name: 'Add what an issuer calls refund-triage' })
  await subject.getByLabel('Issuer', { exact: true }).selectOption(ISSUER)
  await subject.getByLabel('Subject').fill('runner')
  await subject.getByLabel('Conditions').fill('ref starts with refs/heads/')
  await expectNoAxeViolations(page)
  await subject.getByRole('button', { name: 'Add subject' }).click()
  const identity = identitiesOf(page)
    .getByRole('row')
    .filter({ hasText: `runner of ${ISSUER}` })
  await expect(identity).toContainText('ref starts with refs/heads/')

  await identity.getByRole('button', { name: 'Edit conditions' }).click()
  const editing = page.getByRole('dialog', { name: 'Edit the conditions of an identity of refund-triage' })
  await expect(editing.getByLabel('Conditions')).toHaveValue('ref starts with refs/heads/')
  await editing.getByLabel('Conditions').fill('ref')
  await editing.getByRole('button', { name: 'Edit conditions' }).click()
  await expect(editing.getByRole('alert').first()).toBeVisible()
  await editing.getByLabel('Conditions').fill('ref starts with refs/heads/ma')
  await expectThreeForms(page, 'conditions-edited')
  await editing.getByRole('button', { name: 'Edit conditions' }).click()
  await expect(identity).toContainText('ref starts with refs/heads/ma')

  await identitiesOf(page).getByRole('button', { name: 'Test an identity' }).click()
  const testing = page.getByRole('dialog', { name: 'Test an identity of refund-triage' })
  const ask = async (text: string) => {
    await testing.getByLabel('Token').fill(text)
    await testing.getByRole('button', { name: 'Test', exact: true }).click()
  }
  await ask(await token({ stage: 'stage', ref: 'refs/heads/main' }))
  await expect(testing.getByRole('status')).toContainText('It proves refund-triage, running in staging.')
  await expect(testing.getByRole('table')).toContainText(ISSUER)
  await expectThreeForms(page, 'identity-tested')
  await ask(await token({ stage: 'stage', ref: 'refs/tags/1' }))
  await expect(testing.getByRole('status')).toContainText('Not accepted.')
  await page.keyboard.press('Escape')

  await identity.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(identity).toHaveCount(0)
  await expectThreeForms(page, 'agent-identities')

  await page.goto('/settings')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})

test('a key is added, and who may not change it sees it', async ({ page, openAs }) => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  await signInAs(page, 'administrator')
  await page.goto('/agents/secret-rotator')
  await identitiesOf(page).getByRole('button', { name: 'Add key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a key of secret-rotator' })
  await dialog.getByLabel('Public key').fill(JSON.stringify(await exportJWK(publicKey)))
  await dialog.getByRole('button', { name: 'Add key' }).click()
  const key = identitiesOf(page).getByRole('row').filter({ hasText: 'Public key' })
  await expect(key).toBeVisible()
  await key.getByRole('button', { name: 'Rotate' }).click()
  const rotating = page.getByRole('dialog', { name: 'Rotate a key of secret-rotator' })
  const next = await generateKeyPair('ES256', { extractable: true })
  await rotating.getByLabel('Public key').fill(JSON.stringify(await exportJWK(next.publicKey)))
  await expectThreeForms(page, 'key-rotated')
  await rotating.getByRole('button', { name: 'Rotate' }).click()
  await expect(key).toHaveCount(2)
  const requester = await openAs('requester')
  await requester.goto('/agents/secret-rotator')
  await expect(identitiesOf(requester).getByRole('row').filter({ hasText: 'Public key' })).toHaveCount(2)
  await expect(identitiesOf(requester).getByRole('button')).toHaveCount(0)
  for (const left of [1, 0]) {
    await key.first().getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(key).toHaveCount(left)
  }
})

test('an agent is named by everything below a path, and no other agent inside it', async ({ page }) => {
  await signInAs(page, 'administrator')
  const add = async (slug: string, workload: string, match: string) => {
    await page.goto(`/agents/${slug}`)
    await identitiesOf(page).getByRole('button', { name: 'Add SPIFFE ID' }).click()
    const dialog = page.getByRole('dialog', { name: `Add a SPIFFE ID of ${slug}` })
    await dialog.getByLabel('Workload').fill(workload)
    await dialog.getByLabel('Match').selectOption(match)
    return dialog
  }
  const dialog = await add('refund-triage', 'pool/browser', 'Every workload below this path')
  await expectThreeForms(page, 'prefix-adding')
  await dialog.getByRole('button', { name: 'Add SPIFFE ID' }).click()
  const row = identitiesOf(page).getByRole('row').filter({ hasText: '/env/…/pool/browser/…' })
  await expect(row).toContainText('SPIFFE ID')
  const other = await add('secret-rotator', 'pool/browser/one', 'This workload only')
  await other.getByRole('button', { name: 'Add SPIFFE ID' }).click()
  await expect(other.getByRole('alert')).toContainText('One proof names one agent.')
  await page.keyboard.press('Escape')
  await page.goto('/agents/refund-triage')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})

test('a workload whose ID names no environment is registered with the one it runs in', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/agents/refund-triage')
  await identitiesOf(page).getByRole('button', { name: 'Add SPIFFE ID' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a SPIFFE ID of refund-triage' })
  await dialog.getByLabel('Workload').fill('env/staging/sa/agent')
  await dialog.getByLabel('Environment').selectOption('staging')
  await dialog.getByRole('button', { name: 'Add SPIFFE ID' }).click()
  await expect(dialog.getByRole('alert').first()).toContainText('says its environment itself')
  await expectThreeForms(page, 'spiffe-environment')
  await dialog.getByLabel('Workload').fill('ns/payments/sa/agent')
  await dialog.getByRole('button', { name: 'Add SPIFFE ID' }).click()
  const row = identitiesOf(page).getByRole('row').filter({ hasText: '/ns/payments/sa/agent' })
  await expect(row).toContainText('staging')
  await expect(row).not.toContainText('/env/')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})

test('a trust domain states where everything runs that follows it, and an identity stops following', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  const domain = trustOf(page).getByRole('row').filter({ hasText: DEMO_DOMAIN })
  const state = async (environment: string, shown: string) => {
    await page.goto('/settings')
    await domain.getByRole('button', { name: 'State environment' }).click()
    const dialog = page.getByRole('dialog', { name: `State the environment of ${DEMO_DOMAIN}` })
    await dialog.getByLabel('Environment').fill(environment)
    if (environment) await expectThreeForms(page, 'environment-stating')
    await dialog.getByRole('button', { name: 'State environment' }).click()
    await expect(domain).toContainText(shown)
  }
  await state('staging', 'states staging')
  await expectThreeForms(page, 'environment-stated')

  await page.goto('/agents/refund-triage')
  await identitiesOf(page).getByRole('button', { name: 'Add SPIFFE ID' }).click()
  const adding = page.getByRole('dialog', { name: 'Add a SPIFFE ID of refund-triage' })
  await adding.getByLabel('Workload').fill('ns/follow/sa/agent')
  await adding.getByLabel('Environment').selectOption('As its trust domain states')
  await adding.getByRole('button', { name: 'Add SPIFFE ID' }).click()
  const row = identitiesOf(page).getByRole('row').filter({ hasText: '/ns/follow/sa/agent' })
  await expect(row.first()).toContainText('staging, as its trust domain states')
  await row.first().getByRole('button', { name: 'Edit environment' }).click()
  const editing = page.getByRole('dialog', { name: 'Edit the environment of an identity of refund-triage' })
  await editing.getByLabel('Environment').selectOption('staging')
  await expectThreeForms(page, 'environment-editing')
  await editing.getByRole('button', { name: 'Edit environment' }).click()
  await expect(row.first()).toContainText('staging, stated for this identity')
  await expectThreeForms(page, 'environment-edited')

  await row.first().getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
  await state('', 'states no environment')
})

test('a trust domain has its bundle read from a file of the operator’s folder', async ({ page }) => {
  const folder = join(process.env.BROWSER_DATA_DIR ?? '', 'bundles')
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const key = { ...(await exportJWK(publicKey)), kid: 'filed-1', use: 'jwt-svid' }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'filed.json'), JSON.stringify({ keys: [key], spiffe_sequence: 7 }))
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  await trustOf(page).getByRole('button', { name: 'Add trust domain' }).click()
  const adding = page.getByRole('dialog', { name: 'Add trust domain' })
  await adding.getByLabel('Name').fill('filed.example')
  await adding.getByLabel('Or its file').fill('../filed.json')
  await adding.getByRole('button', { name: 'Add trust domain' }).click()
  await expect(adding.getByRole('alert').first()).toBeVisible()
  await expectThreeForms(page, 'trust-file')
  await adding.getByLabel('Or its file').fill('filed.json')
  await adding.getByRole('button', { name: 'Add trust domain' }).click()
  const row = trustOf(page).getByRole('row').filter({ hasText: 'filed.example' })
  await expect(row).toContainText('1 key: filed-1; sequence 7; from the file filed.json')
  await row.getByRole('button', { name: 'Change keys' }).click()
  const changing = page.getByRole('dialog', { name: 'Change the keys of filed.example' })
  await expect(changing.getByLabel('Or its file')).toHaveValue('filed.json')
  await expect(changing.getByLabel('Or its address')).toHaveValue('')
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})
