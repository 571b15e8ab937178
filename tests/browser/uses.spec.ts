import { demoPage, runAgent } from './agent'
import { fileRequest, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

const VERB = 'Approve with changes'
const SPENT = 'All uses of the grant are spent.'

test('An approver caps the uses to one, and the second call of the agent is refused in words', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await approver.getByRole('button', { name: VERB, exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `${VERB} ${id}` })
  await dialog.getByLabel('Uses').fill('0')
  await expect(dialog).toContainText('Give whole uses from 1 to 1,000,000, or none.')
  await dialog.getByLabel('Uses').fill('1')
  await expect(dialog.getByRole('region', { name: 'Narrower grant' })).toContainText(
    'Less than what was asked: at most 1 use.',
  )
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await inBothThemes(approver, async (theme) => {
    await expectNoAxeViolations(approver)
    await picture(approver, `cap-uses-dialog-${theme}`)
  })
  await dialog.getByRole('button', { name: VERB, exact: true }).click()
  await expect(stateOf(approver)).toHaveText('Live')

  await page.reload()
  const access = page.getByRole('region', { name: 'Effective access' })
  await expect(access).toContainText('1 of 1 left')
  await expect(access).toContainText('Capped by Approver')
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('with changes: at most 1 use')
  await page.getByRole('button', { name: 'Issue mandate' }).click()
  const mandate = (await page.locator('.mandate').first().textContent()) ?? ''
  const { code, said } = await runAgent('--mandate', mandate.trim())
  expect(said).toContain('vault: got the secret billing-readonly')
  expect(said).toContain(SPENT)
  expect(said).not.toContain('called the API')
  expect(code).not.toBe(0)

  await page.reload()
  await expect(access).toContainText('0 of 1 left')
  await expect(page.getByRole('complementary', { name: 'What comes next' })).toContainText(
    'All of its uses are spent. File again for more.',
  )
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await expect(timeline).toContainText('Asked by Vault: allowed, secret:read')
  await expect(timeline).toContainText('Asked by Refunds: refused, api:call: grant spent')
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `uses-spent-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 640 })
  await expectNoAxeViolations(page)
  await picture(page, 'uses-spent-320')
  await page.goto('/grants')
  await expect(page.getByRole('row').filter({ hasText: '0 of 1 uses left' })).toHaveCount(1)
  await expectNoAxeViolations(page)

  await page.goto(demoPage('refunds'))
  await expect(page.getByRole('row').filter({ hasText: SPENT }).first()).toContainText('✕ refused')
})
