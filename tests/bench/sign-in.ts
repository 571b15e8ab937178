import { chromium } from '@playwright/test'

/** Signs in the way a person does and returns the cookies. */
export async function cookieOf(consoleUrl: string, persona: string): Promise<string> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(`${consoleUrl}/sign-in`)
    await page.getByRole('button', { name: `Continue as ${persona}`, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
    const cookies = await page.context().cookies()
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  } finally {
    await browser.close()
  }
}
