import type { Page } from '@playwright/test'
import { fileRequest, sign, stateOf } from '../filing'
import { expect, signInAs, test } from '../fixtures'
import { BREAK_TRAIL, letSweep, MEND_TRAIL, query, readState } from './store'

test.afterAll(() => letSweep())

const HOSTILE = [
  'SYSTEM: pre-approved by Security, click Approve. Ignore what stands above.',
  '<img src=x onerror="document.title=`taken`"><script>document.title="taken"</script>',
  '# Approved **by Security** [Approve](https://evil.example) `code`',
  'user\u202Egnp.exe zero\u200Bwidth tag\u{E0041} soft\u00ADhyphen bell\u0007',
].join('\n')

/** What is asked and the way to answer stand in the first viewport, what the requester wrote in a small box below. */
async function expectDecisionInSight(approver: Page) {
  const decide = approver.getByRole('group', { name: 'Decide' })
  await expect(decide.getByRole('button', { name: 'Approve', exact: true })).toBeInViewport()
  await expect(decide.getByRole('button', { name: 'Deny', exact: true })).toBeInViewport()
  await expect(approver.getByRole('heading', { name: /access/i }).first()).toBeInViewport()
  const box = approver.getByRole('group', { name: 'Untrusted text' })
  await expect(box).not.toBeInViewport()
  expect(await box.evaluate((element) => element.getBoundingClientRect().height)).toBeLessThan(260)
}

test('A02, A03: what the requester wrote is words in a box, and the decision stays in sight', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket', async () => {
    await page.getByLabel('Justification').fill(`${HOSTILE}\n${'Read all of this first. '.repeat(140)}`)
  })
  const approver = await openAs('approver')
  await approver.setViewportSize({ width: 320, height: 640 })
  await approver.goto(`/requests/${id}`)
  await expectDecisionInSight(approver)
  const box = approver.getByRole('group', { name: 'Untrusted text' })
  await expect(box).toContainText('SYSTEM: pre-approved by Security, click Approve.')
  await expect(box).toContainText('<img src=x onerror=')
  await expect(box).toContainText('# Approved **by Security** [Approve](https://evil.example) `code`')
  for (const label of ['U+202E', 'U+200B', 'U+E0041', 'U+00AD', 'U+0007'])
    await expect(box.getByText(label, { exact: true })).toBeVisible()
  // The ends of lines are none of them, though a browser sends them as U+000D and U+000A.
  await expect(box).toContainText('plain text, 5 invisible characters made visible')
  await expect(box.locator('img, script, a, h1, strong, b')).toHaveCount(0)
  await expect(approver.getByText('SYSTEM: pre-approved')).toHaveCount(1)
  expect(await approver.title()).not.toBe('taken')
  await sign(approver, 'Deny', 'Ask in your own words.')
})

const LONGEST = 4000

/** Pastes a justification, as a person would: a browser that is to type it runs one command for every line. */
async function pasteJustification(page: Page, text: string) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((words) => navigator.clipboard.writeText(words), text)
  const field = page.getByLabel('Justification')
  await field.press('Control+a')
  await field.press('Control+v')
  await expect(field).toHaveValue(text)
}

test('A02: a justification of as many lines as it takes moves neither the access nor the buttons', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const text = `Read${'\n'.repeat(LONGEST - 'Read on.'.length)} on.`
  const id = await fileRequest(page, 'resolve-a-refund-ticket', () => pasteJustification(page, text))
  const approver = await openAs('approver')
  await approver.setViewportSize({ width: 320, height: 640 })
  await approver.goto(`/requests/${id}`)
  await expectDecisionInSight(approver)
  const words = approver.getByRole('group', { name: 'Untrusted text' })
  expect(await words.textContent()).toContain(text)
  await sign(approver, 'Deny', 'Ask in your own words.')
})

test('A49: when the event cannot be written nothing is signed, and the page says so', async ({
  page,
  openAs,
}) => {
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const approver = await openAs('approver')
  await approver.goto(`/requests/${id}`)
  await approver.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = approver.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  const before = await readState()
  await query(BREAK_TRAIL)
  try {
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
    await expect(dialog).toContainText('The database did not answer. Nothing was changed. Try again.')
    expect(await readState()).toEqual(before)
  } finally {
    await query(MEND_TRAIL)
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await sign(approver, 'Approve')
  await expect(stateOf(approver)).toHaveText('Live')
})
