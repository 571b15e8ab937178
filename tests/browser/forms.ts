import { expect, type Page } from '@playwright/test'
import { expectNoAxeViolations, picture } from './fixtures'

const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 320, height: 640 }

const FORMS = [
  { form: '1280-light', size: WIDE, colorScheme: 'light' },
  { form: '1280-dark', size: WIDE, colorScheme: 'dark' },
  { form: '320-light', size: NARROW, colorScheme: 'light' },
] as const

/** Nothing of the page is wider than the page: no reader has to scroll sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width, `${page.url()} is ${width} px wide`).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0)
}

/** A page as it stands, in its three forms: no axe violation, nothing too wide, a picture of each. */
export async function expectThreeForms(page: Page, name: string): Promise<void> {
  for (const { form, size, colorScheme } of FORMS) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoAxeViolations(page)
    await expectNoSidewaysScroll(page)
    await picture(page, `${name}-${form}`)
  }
  await page.setViewportSize(WIDE)
}
