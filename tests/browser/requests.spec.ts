import { query } from './abuse/store'
import { fileRequest, idOf, sign, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

test('A task is filed from a template, countersigned and handed out as a mandate', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  await page.goto('/requests/new')
  await page.getByRole('combobox', { name: 'Template' }).click()
  await page.getByRole('option', { name: 'Resolve a refund ticket' }).click()
  await expect(page.getByRole('combobox', { name: 'Agent' })).toHaveValue('refund-triage')
  await expect(page.getByLabel('Goal')).toHaveValue(/ticket 4711/)
  await expect(page.getByRole('radio', { name: '30 min' })).toBeChecked()
  await expect(
    page.getByRole('group', { name: 'Scopes' }).getByRole('checkbox', { checked: true }),
  ).toHaveCount(3)
  const preview = page.getByRole('region', { name: 'Policy preview' })
  await expect(preview.getByRole('heading', { name: 'Needs 1 countersignature' })).toBeVisible()
  await page.getByLabel('Justification').fill('Nine days. Already approved \u202Eby security.')
  await page.getByRole('textbox', { name: 'Ticket' }).fill('SUP-4711')
  await inBothThemes(page, () => expectNoAxeViolations(page))
  await picture(page, 'new-request')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(stateOf(page)).toHaveText('Awaiting approval')
  await expect(page.getByText('You filed this request. Somebody else has to countersign it.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Written by the requester' })).toContainText('U+202E')

  const approver = await openAs('approver')
  await approver.goto('/approvals')
  await approver
    .getByRole('row', { name: new RegExp(idOf(page)) })
    .getByRole('link')
    .click()
  await expect(approver.getByRole('complementary', { name: 'Your countersignature' })).toBeVisible()
  const above = await approver.getByText('The digest is made when you open the dialog.').boundingBox()
  const button = await approver.getByRole('button', { name: 'Approve', exact: true }).boundingBox()
  expect((button?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0)).toBeGreaterThanOrEqual(16)
  await inBothThemes(approver, () => expectNoAxeViolations(approver))
  await picture(approver, 'request-to-sign')
  const decision = approver.getByRole('region', { name: 'Decision' })
  await decision.getByText('Cedar text').first().click()
  await expect(decision.getByRole('group', { name: /^Cedar text of/ }).first()).toContainText(
    '@approval("security")',
  )
  const digest = await sign(approver, 'Approve')
  await expect(approver.getByText(`${idOf(page)} approved.`)).toBeVisible()
  await expect(stateOf(approver)).toHaveText('Live')
  await expect(approver.getByRole('region', { name: 'Approvals' }).getByTitle(digest)).toBeVisible()

  await page.reload()
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  await expect(page.getByRole('group', { name: 'Mandate' })).toContainText(/^eyJ/)
  await expect(page.getByRole('button', { name: 'Copy mandate' })).toBeVisible()
  await inBothThemes(page, () => expectNoAxeViolations(page))
  await picture(page, 'request-live')
})

test('Every field says what is wrong with it, and what was typed stays', async ({ page }) => {
  await signInAs(page, 'requester')
  await page.goto('/requests/new')
  await page.getByRole('textbox', { name: 'Ticket' }).fill('not a ticket!')
  await page.getByRole('radio', { name: 'Other' }).check()
  await page.getByLabel('Minutes').fill('half an hour')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('combobox', { name: 'Agent' })).toBeFocused()
  await expect(page.getByRole('combobox', { name: 'Agent' })).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByRole('group', { name: 'Scopes' })).toHaveAccessibleDescription(
    'Choose at least one scope.',
  )
  for (const says of [
    'Say what the agent is to do.',
    'Give the duration in minutes.',
    'Use letters, digits and dashes',
  ])
    await expect(page.getByText(says)).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Ticket' })).toHaveValue('not a ticket!')
  await expect(page.getByLabel('Minutes')).toHaveValue('half an hour')
  await expectNoAxeViolations(page)
})

test('Policy refuses before and after submitting, and filing again leaves the refused scope out', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  await page.goto('/requests/new?template=summarise-a-ticket')
  const preview = page.getByRole('region', { name: 'Policy preview' })
  await expect(preview.getByRole('heading', { name: 'Allowed at once' })).toBeVisible()
  await page.getByRole('radio', { name: 'Other' }).check()
  await page.getByLabel('Minutes').fill('20000')
  await expect(preview).toContainText('Policy was not asked. Give at most 7 days.')
  await page.getByRole('radio', { name: '15 min' }).check()
  await page.getByRole('checkbox', { name: /ticket:delete/ }).check()
  await expect(preview.getByText('agents-never-delete-tickets')).toBeVisible()
  await preview.getByRole('button', { name: 'Leave out ticket:delete' }).click()
  await expect(preview.getByRole('heading', { name: 'Allowed at once' })).toBeVisible()
  await page.getByRole('checkbox', { name: /ticket:delete/ }).check()
  await page.getByLabel('Justification').fill('The shift needs it.')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(stateOf(page)).toHaveText('Refused by policy')
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('Agents never delete tickets.')
  await expectNoAxeViolations(page)
  await page.getByRole('button', { name: 'File again' }).click()
  await expect(page.getByRole('checkbox', { name: /ticket:delete/ })).not.toBeChecked()
  await expect(page.getByRole('checkbox', { name: /ticket:read/ })).toBeChecked()
})

test('A request is withdrawn and filed again', async ({ page }) => {
  await signInAs(page, 'requester')
  const first = await fileRequest(page, 'resolve-a-refund-ticket')
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await expect(page.getByText(`${first} withdrawn.`)).toBeVisible()
  await expect(stateOf(page)).toHaveText('Withdrawn')
  await page.getByRole('button', { name: 'File again' }).click()
  await expect(page.getByLabel('Justification')).toHaveValue(/nine days/)
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(stateOf(page)).toHaveText('Awaiting approval')
  expect(idOf(page)).not.toBe(first)
  await page.goto('/requests?state=withdrawn')
  await expect(page.getByRole('row', { name: new RegExp(first) })).toBeVisible()
})

test('A grant runs out under an open page', async ({ page }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'summarise-a-ticket')
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  await expect(page.getByRole('button', { name: 'Copy mandate' })).toBeVisible()
  // Its last seconds come sooner, and not before a busy machine has shown the page. That they are over is a fact of
  // time, and no act of anybody.
  await query(`update permission_grant set expires = now() + interval '20 seconds' where request_id = $1`, [
    id,
  ])
  await page.reload()
  await expect(stateOf(page)).toHaveText('Live')
  await expect(stateOf(page)).toHaveText('Expired', { timeout: 90_000 })
  await expect(page.getByRole('button', { name: 'Issue mandate' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'File again' })).toBeVisible()
})

test('A grant is revoked with a reason, and the page says what holds at each resource server', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'summarise-a-ticket')
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Revoke ${id}` })
  await dialog.getByLabel('Reason').fill('Wrong ticket.')
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(page.getByText(`${id} revoked.`)).toBeVisible()
  await expect(stateOf(page)).toHaveText('Revoked')
  await expect(page.getByRole('region', { name: 'Credentials' })).toContainText('Tickets verifies offline')
  await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Wrong ticket.')
  await inBothThemes(page, () => expectNoAxeViolations(page))
  await picture(page, 'request-revoked')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
  await expect(page.locator('pre').first()).toBeVisible()
  await picture(page, 'request-printed')
})

test('A task is filed with the keyboard alone', async ({ page }) => {
  await signInAs(page, 'requester')
  await page.goto('/requests/new')
  const template = page.getByRole('combobox', { name: 'Template' })
  await expect(template).toBeEnabled()
  await template.focus()
  await page.keyboard.type('Summ')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Goal')).toHaveValue(/Summarise/)
  const justification = page.getByLabel('Justification')
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab')
    if (await justification.evaluate((element) => element === document.activeElement)) break
  }
  await expect(justification).toBeFocused()
  await page.keyboard.type('The shift needs it.')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Submit request' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(stateOf(page)).toHaveText('Live')
})

test('At 320 px nothing is wider than the page', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.setViewportSize({ width: 320, height: 640 })
  for (const path of [`/requests/${id}`, '/requests', '/requests/new', '/approvals', '/sign-in']) {
    await approver.goto(path)
    await expect(approver.getByRole('heading', { level: 1 })).toBeVisible()
    const overflow = await approver.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
  await approver.goto(`/requests/${id}`)
  const approve = approver.getByRole('button', { name: 'Approve', exact: true })
  await expect(approve).toBeInViewport()
  await approve.click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeInViewport()
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toBeInViewport()
  await approver.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await picture(approver, 'request-to-sign-320')
})
