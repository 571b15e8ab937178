import type { Page } from '@playwright/test'
import { fileRequest, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

const WITH_CHANGES = 'Approve with changes'
const NAMED = 'secret-rotator'

const partOf = (page: Page) => page.getByRole('group', { name: 'Sub-agents', exact: true })
const handingOn = (page: Page) => page.getByRole('region', { name: 'Effective access' })

/** Files what one signature of Security opens, for one sub-agent, two levels down. */
const fileNaming = (page: Page, look: () => Promise<void> = async () => {}) =>
  fileRequest(page, 'resolve-a-refund-ticket', async () => {
    await partOf(page).getByRole('button', { name: 'Name sub-agents' }).click()
    await expect(partOf(page).getByRole('checkbox', { name: /^refund-triage/ })).toHaveCount(0)
    await partOf(page)
      .getByRole('checkbox', { name: new RegExp(`^${NAMED}`) })
      .check()
    await partOf(page).getByLabel('How deep').selectOption('2 levels down')
    await look()
  })

test('A requester names a sub-agent, and an approver signs for it', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileNaming(page, async () => {
    await inBothThemes(page, async (theme) => {
      await expectNoAxeViolations(page)
      await picture(page, `sub-agents-form-${theme}`)
    })
    await page.setViewportSize({ width: 320, height: 640 })
    await expectNoAxeViolations(page)
    await picture(page, 'sub-agents-form-320')
    await page.setViewportSize({ width: 1280, height: 800 })
  })
  await expect(handingOn(page)).toContainText(`Signatures count for ${NAMED}, 2 levels down`)

  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await expect(approver.getByRole('complementary', { name: 'Your countersignature' })).toContainText(
    `${NAMED}, 2 levels down`,
  )
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog).toContainText(`counts for the sub-agents ${NAMED}, 2 levels down, too`)
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await inBothThemes(approver, async (theme) => {
    await expectNoAxeViolations(approver)
    await picture(approver, `sub-agents-approve-${theme}`)
  })
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(stateOf(approver)).toHaveText('Live')
  await page.reload()
  await expect(handingOn(page)).toContainText(`Signatures count for ${NAMED}, 2 levels down`)
  await expect(page.getByText('Less than was asked.')).toHaveCount(0)
})

test('An approver strikes the sub-agent, and the requester sees it', async ({ page, openAs }) => {
  await signInAs(page, 'requester')
  const id = await fileNaming(page)
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await approver.getByRole('button', { name: WITH_CHANGES, exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `${WITH_CHANGES} ${id}` })
  const less = dialog.getByRole('region', { name: 'Narrower grant' })
  await dialog.getByLabel('How deep').selectOption('1 level down')
  await expect(less).toContainText('1 level down instead of 2')
  await dialog.getByRole('checkbox', { name: new RegExp(`^${NAMED}`) }).uncheck()
  await expect(less).toContainText(`not for ${NAMED}`)
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  await inBothThemes(approver, async (theme) => {
    await expectNoAxeViolations(approver)
    await picture(approver, `sub-agents-narrow-${theme}`)
  })
  await approver.setViewportSize({ width: 320, height: 640 })
  await expectNoAxeViolations(approver)
  await picture(approver, 'sub-agents-narrow-320')
  await dialog.getByRole('button', { name: WITH_CHANGES, exact: true }).click()
  await expect(approver.getByText(`${id} approved.`)).toBeVisible()
  await expect(stateOf(approver)).toHaveText('Live')

  await page.reload()
  await expect(page.getByText('Less than was asked.')).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'What comes next' })).toContainText(`not for ${NAMED}`)
  await expect(handingOn(page)).toContainText('with no approvals')
  const table = page.getByRole('table', { name: 'Asked, signed and effective' })
  await expect(table).toContainText('For no sub-agent')
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('not for 1 sub-agent')
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `sub-agents-struck-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 640 })
  await expectNoAxeViolations(page)
  await picture(page, 'sub-agents-struck-320')
})
