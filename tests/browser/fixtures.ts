import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { type Complaints, collectComplaints } from './complaints'

export { expect }

export type Persona = 'requester' | 'approver' | 'second approver' | 'compliance officer' | 'administrator'

const consoleUrl = (): string => {
  const url = process.env.BROWSER_CONSOLE_URL
  if (!url) throw new Error('The product is not started: run these tests with Playwright.')
  return url
}

/** Signs in the way a person does: one click on the sign-in page. */
export async function signInAs(page: Page, persona: Persona): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: `Continue as ${persona}`, exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

/** No violation of any rule axe knows, on the page as it stands. */
export async function expectNoAxeViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const said = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => html).join('\n')}`,
  )
  expect(said).toEqual([])
}

/** Runs a check in the light and in the dark theme. */
export async function inBothThemes(
  page: Page,
  check: (theme: 'light' | 'dark') => Promise<void>,
): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await check(theme)
  }
}

/** Keeps a picture of a page for a person to look at: `test-results/pictures/<name>.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  // In a window as high as the page, what sticks to the window's edge covers nothing.
  if (size) await page.setViewportSize({ ...size, height: Math.max(size.height, whole) })
  await page.screenshot({ path: `test-results/pictures/${name}.png` })
  if (size) await page.setViewportSize(size)
}

type Fixtures = {
  /** Messages in the console that this test provokes. Everything else there fails it. */
  expectedComplaints: readonly RegExp[]
  complaints: Complaints
  /** Opens a browser of one's own for a persona, signed in. */
  openAs: (persona: Persona) => Promise<Page>
}

async function openContext(browser: Browser, complaints: Complaints): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: consoleUrl(), reducedMotion: 'reduce' })
  await complaints.watch(context)
  return context
}

export const test = base.extend<Fixtures>({
  baseURL: async ({ browserName: _ }, use) => use(consoleUrl()),
  expectedComplaints: [[], { option: true }],
  complaints: [
    async ({ context, expectedComplaints }, use) => {
      const complaints = collectComplaints(expectedComplaints)
      await complaints.watch(context)
      await use(complaints)
      expect(complaints.heard()).toEqual([])
    },
    { auto: true },
  ],
  openAs: async ({ browser, complaints }, use) => {
    const opened: BrowserContext[] = []
    await use(async (persona) => {
      const context = await openContext(browser, complaints)
      opened.push(context)
      const page = await context.newPage()
      await signInAs(page, persona)
      return page
    })
    for (const context of opened) await context.close()
  },
})
