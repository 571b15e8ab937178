import type { Page } from '@playwright/test'
import { fileRequest, sign } from './filing'
import { expect, type Persona, test } from './fixtures'
import { expectThreeForms } from './forms'

const story = (page: Page) => page.getByRole('region', { name: 'Try the story' })
const step = (page: Page, title: string) => story(page).getByRole('listitem').filter({ hasText: title })

const openHome = async (page: Page) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

test('the story ticks itself from what really happens, on a page that stays open', async ({ openAs }) => {
  const [requester, watching] = [await openAs('requester'), await openAs('compliance officer')]
  await openHome(watching)
  // The list shows what ends first, and other journeys have live tasks too.
  const request = await fileRequest(requester, 'resolve-a-refund-ticket', async () => {
    await requester.getByRole('radio', { name: 'Other' }).check()
    await requester.getByLabel('Minutes').fill('3')
  })
  await expect(step(watching, 'File the refund check')).toContainText('done')

  const approver = await openAs('approver')
  await openHome(approver)
  const waiting = approver.getByRole('region', { name: 'Waiting for me' })
  await expect(waiting.getByRole('link', { name: /^Review R-/ }).first()).toBeVisible()
  await approver.goto(`/requests/${request}`)
  await sign(approver, 'Approve')
  await expect(step(watching, 'Countersign for Security')).toContainText('done')
  await openHome(requester)
  const live = requester.getByRole('region', { name: 'My live tasks' })
  await expect(live.locator(`a[href="/requests/${request}"]`)).toBeVisible()
})

test('the next step names its person, and one click goes on as them', async ({ openAs }) => {
  const page = await openAs('second approver')
  await openHome(page)
  const next = story(page).locator('[aria-current="step"]')
  const go = next.getByRole('link', { name: /^Continue as / })
  const over = story(page).getByText('All seven steps are done.')
  await expect(go.or(over)).toBeVisible()
  // Another journey may have lived the whole story on this installation.
  if (await over.isVisible()) return
  const name = (await go.textContent())?.replace('Continue as ', '') ?? ''
  await go.click()
  await expect(page).not.toHaveURL(/\/$/)
  await expect(page.getByRole('button', { name: new RegExp(`^Account, ${name}$`, 'i') })).toBeVisible()
})

test('the story is put away for good and comes back when asked for', async ({ openAs }) => {
  const page = await openAs('second approver')
  await openHome(page)
  await story(page).getByRole('button', { name: 'Dismiss' }).click()
  await expect(story(page)).toHaveCount(0)
  await openHome(page)
  await expect(story(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Try the story' }).click()
  await expect(story(page)).toBeVisible()
})

const FIGURES: Record<Persona, string> = {
  requester: 'Filed, 7 days',
  approver: 'Signed, 7 days',
  'second approver': 'Signed, 7 days',
  'compliance officer': 'Entries in the trail, 7 days',
  administrator: 'Suspended agents',
}

for (const [persona, figure] of Object.entries(FIGURES) as [Persona, string][]) {
  test(`the ${persona} sees the numbers of their role, wide, narrow, light and dark`, async ({ openAs }) => {
    const page = await openAs(persona)
    await openHome(page)
    await expect(page.getByText(figure)).toBeVisible()
    await expectThreeForms(page, `home-${persona.replaceAll(' ', '-')}`)
  })
}
