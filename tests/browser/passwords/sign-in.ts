import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What an authenticator app shows for a secret, `steps` from now. */
export const appCode = (text: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(text) }).generate({ timestamp: Date.now() + steps * 30_000 })
