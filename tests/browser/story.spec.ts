import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { demoPage, runAgent, startAgent } from './agent'
import { idOf, stateOf } from './filing'
import { expect, expectNoAxeViolations, picture, signInAs, test } from './fixtures'

// The whole story in one browser, by clicking, as somebody lives it who has only the README and the page.
// It runs first (playwright.config.ts), on an installation nobody has used.

const story = (page: Page) => page.getByRole('region', { name: 'Try the story' })
const nextStep = (page: Page) => story(page).locator('[aria-current="step"]')

/** Home by its entry in the menu; what comes next is read there. */
async function readNextStep(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click()
  await expect(nextStep(page)).toContainText(title)
}

async function countersign(page: Page, id: string): Promise<string> {
  await expect(page.getByRole('complementary', { name: 'Your countersignature' })).toBeVisible()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Approve ${id}` })
  const digest = (await dialog.getByText(/^[0-9a-f]{64}$/).textContent()) ?? ''
  await expect(dialog).toContainText('secret:read, api:call and ticket:read for 30 min, in staging')
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByText(`${id} approved.`)).toBeVisible()
  await expect(stateOf(page)).toHaveText('Live')
  return digest
}

/** Issues the mandate and takes it from the clipboard, where "Copy mandate" puts it. */
async function takeMandate(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  await page.getByRole('button', { name: 'Copy mandate' }).click()
  const mandate = await page.evaluate(() => navigator.clipboard.readText())
  expect(mandate).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  return mandate
}

/** Becomes somebody else by the account menu and stays on the page. */
async function continueAs(page: Page, persona: string): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: `Continue as ${persona}`, exact: true }).click()
  await expect(page.getByRole('button', { name: `Account, ${persona}`, exact: false })).toBeVisible()
}

test('The story: asked, countersigned, worked, refused, revoked, found', async ({ page, context }) => {
  test.setTimeout(600_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])

  await test.step('The requester files what the checklist names', async () => {
    await signInAs(page, 'requester')
    await expect(nextStep(page)).toContainText('File the refund check')
    await picture(page, 'story-home')
    await nextStep(page).getByRole('link', { name: 'New request' }).click()
    const preview = page.getByRole('region', { name: 'Policy preview' })
    await expect(preview.getByRole('heading', { name: 'Needs 1 countersignature' })).toBeVisible()
    await expect(preview).toContainText('Security (1)')
    await page.getByLabel('Justification').fill('The customer has waited nine days for an answer.')
    await page.getByRole('textbox', { name: 'Ticket' }).fill('SUP-4711')
    await page.getByRole('button', { name: 'Submit request' }).click()
    await expect(stateOf(page)).toHaveText('Awaiting approval')
  })
  const id = idOf(page)

  await test.step('The approver signs the digest that the dialog shows', async () => {
    await readNextStep(page, 'Countersign for Security')
    await nextStep(page).getByRole('link', { name: 'Continue as approver' }).click()
    await expect(page).toHaveURL(new RegExp(`/requests/${id}$`))
    const digest = await countersign(page, id)
    const approvals = page.getByRole('region', { name: 'Approvals' })
    await expect(approvals).toContainText('Security, 1 of 1')
    await expect(approvals.getByTitle(digest)).toBeVisible()
  })

  const mandate = await test.step('The requester issues the mandate and copies it', async () => {
    await readNextStep(page, 'Issue the mandate')
    await nextStep(page).getByRole('link', { name: 'Continue as requester' }).click()
    await expect(stateOf(page)).toHaveText('Live')
    return takeMandate(page)
  })

  await test.step('On a laptop the agent is refused in the words of the policy', async () => {
    await readNextStep(page, 'Run the agent')
    await expect(nextStep(page)).toContainText('npm run demo:agent')
    await nextStep(page).getByRole('link', { name: 'Watch the request' }).click()
    await expect(stateOf(page)).toHaveText('Live')
    const { code, said } = await runAgent('--mandate', mandate, '--environment', 'laptop')
    expect(said).toContain('environment_mismatch')
    expect(said).toContain('only in environments it is approved for')
    expect(code).toBe(1)
  })

  await test.step('The agent reads one ticket and one secret, calls one API, and is refused the rest', async () => {
    const { code, said } = await runAgent('--mandate', mandate)
    for (const words of [
      'tickets: read ticket 4711',
      'vault: got the secret billing-readonly: 32 characters, not shown',
      'refunds: called the API',
      'tried to delete the ticket, refused by tickets (403 insufficient_scope)',
      'asked for a token with ticket:delete, refused by',
      'the grant is completed',
      'grant_completed',
    ])
      expect(said).toContain(words)
    expect(code).toBe(0)
  })

  await test.step('The open page has followed, and the timeline tells it', async () => {
    await expect(stateOf(page)).toHaveText('Completed')
    const timeline = page.getByRole('region', { name: 'Timeline' })
    for (const words of [
      'took a mandate',
      'refund-triage was refused a token: environment mismatch',
      'refund-triage got a token for Tickets',
      'refund-triage got a token for Vault',
      'refund-triage got a token for Refunds',
      'refund-triage was refused a token: scope not granted',
      'refund-triage marked it completed',
    ])
      await expect(timeline.getByText(words).first()).toBeVisible()
    await expect(page.getByRole('region', { name: 'Credentials' })).toContainText('Vault')
    await expectNoAxeViolations(page)
    await picture(page, 'story-completed')
  })

  const second = await test.step('A second one is filed, countersigned and worked on', async () => {
    await readNextStep(page, 'Revoke while it works')
    await page.getByRole('link', { name: 'New request' }).first().click()
    await page.getByRole('combobox', { name: 'Template' }).click()
    await page.getByRole('option', { name: 'Resolve a refund ticket' }).click()
    await page.getByLabel('Justification').fill('The customer asks again.')
    await page.getByRole('button', { name: 'Submit request' }).click()
    await expect(stateOf(page)).toHaveText('Awaiting approval')
    const filed = idOf(page)
    await continueAs(page, 'approver')
    await countersign(page, filed)
    await continueAs(page, 'requester')
    return filed
  })

  await test.step('Revoking stops vault, refunds and every next token at once', async () => {
    const agent = startAgent('--mandate', await takeMandate(page), '--hold', '120')
    try {
      await agent.heard('new token given')
      await page.getByRole('button', { name: 'Revoke', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: `Revoke ${second}` })
      await dialog.getByLabel('Reason').fill('The customer was answered by telephone.')
      await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
      await expect(page.getByText(`${second} revoked.`)).toBeVisible()
      const { code, said } = await agent.ended
      expect(said).toContain('(400 invalid_request grant_revoked)')
      expect(said).toContain('secret:read is refused by vault (401 invalid_token)')
      expect(said).toContain('api:call is refused by refunds (401 invalid_token)')
      expect(said).toContain('ticket:read is still accepted, until its token ends at')
      expect(code).toBe(0)
    } finally {
      agent.stop()
    }
    await expect(stateOf(page)).toHaveText('Revoked')
    const credentials = page.getByRole('region', { name: 'Credentials' })
    await expect(credentials).toContainText(
      /Vault and Refunds ask at every call: refused from \d\d:\d\d:\d\d UTC on\./,
    )
    await expect(credentials).toContainText(/Tickets verifies offline: refuses when its last token ends at/)
    await expect(page.getByRole('region', { name: 'Timeline' })).toContainText(
      'was refused a token: grant revoked',
    )
    await picture(page, 'story-revoked')
  })

  await test.step('The resource servers list what they allowed and refused, and why', async () => {
    const visitor = await context.newPage()
    await visitor.goto(demoPage('tickets'))
    await expect(
      visitor.getByRole('row', { name: /DELETE .*refused 403.*The token does not list ticket:delete/ }),
    ).toBeVisible()
    await expect(visitor.getByRole('row', { name: /GET .*allowed 200.*refund-triage/ }).first()).toBeVisible()
    for (const server of ['vault', 'refunds'] as const) {
      await visitor.goto(demoPage(server))
      await expect(visitor.getByRole('row', { name: /allowed 200.*refund-triage/ }).first()).toBeVisible()
      await expect(
        visitor
          .getByRole('row', { name: /refused 401.*The authority says this token is not active/ })
          .first(),
      ).toBeVisible()
      await expectNoAxeViolations(visitor)
    }
    await picture(visitor, 'story-refunds')
    await visitor.close()
  })

  await test.step('The compliance officer finds it by the agent, opens an entry and exports', async () => {
    await readNextStep(page, 'Find it in the audit trail')
    await nextStep(page).getByRole('link', { name: 'Continue as compliance officer' }).click()
    await expect(page.getByRole('heading', { name: 'Audit trail', level: 1 })).toBeVisible()
    await page.goto('/audit')
    await page.getByRole('searchbox', { name: 'Search the trail' }).fill('refund-triage')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/refund-triage/)
    await page
      .getByRole('link', { name: /^Entry/ })
      .first()
      .click()
    const rows = page.getByRole('table', { name: 'Entries of the trail' })
    await rows
      .getByRole('row', { name: /credential\.refused/ })
      .first()
      .getByRole('link', { name: /^Entry/ })
      .click()
    const entry = page.getByRole('complementary', { name: /^Entry/ })
    await expect(entry).toContainText('credential.refused')
    await expect(entry.getByRole('link', { name: 'requester' })).toBeVisible()
    await expect(entry.getByRole('link', { name: 'refund-triage' })).toBeVisible()
    await expect(entry.getByRole('link', { name: second }).first()).toBeVisible()
    await expect(entry.getByRole('link', { name: /^D-/ }).first()).toBeVisible()
    await picture(page, 'story-entry')
    await page.getByRole('button', { name: 'Export' }).click()
    const dialog = page.getByRole('dialog', { name: /^Export/ })
    const saved = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Export' }).click()
    const download = await saved
    const text = await readFile(await download.path(), 'utf8')
    expect(text).toContain(second)
    expect(text).toContain('grant.revoked')
    expect(download.suggestedFilename()).toMatch(/\.csv$/)
  })

  await test.step('The checklist says that all of it happened', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click()
    await expect(story(page)).toContainText('All seven steps are done.')
    const signed = story(page).getByRole('listitem').filter({ hasText: 'Countersign for Security' })
    await expect(signed).toContainText('Approver, ')
    await picture(page, 'story-done')
  })
})
