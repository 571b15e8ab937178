import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { startMailServer } from '../harness/mail'
import { query } from './abuse/store'
import { productSecret, startConsole } from './console-process'
import { fileRequest, sign, stateOf } from './filing'
import { test as base, expect } from './fixtures'
import { appCode, fillSignIn } from './passwords/sign-in'
import { startProduct } from './product.mjs'
import { startRoundRobin } from './round-robin'

// Two consoles behind one address, outside demo mode: every request of a browser goes to the other one.

const PASSWORD = 'nine grey herons wade'
const PATIENCE = { timeout: 20_000 }

/** The product with passwords and a second console on a database of their own, behind one address. */
async function openOffice() {
  const [mail, front] = [await startMailServer(), await startRoundRobin()]
  const name = `office_${randomUUID().replaceAll('-', '')}`
  await query(`create database ${name}`)
  const database = new URL(process.env.BROWSER_DATABASE_URL ?? '')
  database.pathname = name
  const environment = {
    ...{ DATABASE_URL: database.href, COUNTERSIGN_EMBEDDED: '0', COUNTERSIGN_DEMO: '0' },
    ...{ COUNTERSIGN_SECRET: productSecret(), COUNTERSIGN_CONSOLE_URL: front.url },
    // What is signed names the authority: consoles that name two of them refuse each other's signatures.
    COUNTERSIGN_ISSUER: 'https://access.example.org',
    ...{ COUNTERSIGN_PASSWORDS: '1', SMTP_URL: mail.url, MAIL_FROM: 'Countersign <access@example.org>' },
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'tests/browser/office-world.ts', PASSWORD],
    { env: { ...process.env, ...environment } },
  )
  const secret = /^secret (\w+)$/m.exec(stdout)?.[1] ?? ''
  const product = await startProduct({ demo: false, name: 'product-one-address', environment })
  const second = await startConsole(database.href, { consoleUrl: front.url, environment })
  expect(second.isListening, second.output()).toBe(true)
  front.standBefore(...[product.consoleUrl, second.url].map((url) => Number(new URL(url).port)))
  const stop = async () => {
    await second.end()
    await product.stop()
    await front.stop()
    await mail.stop()
    await query(`drop database ${name} with (force)`)
  }
  return { front, secret, stop }
}

type Office = Awaited<ReturnType<typeof openOffice>>
const test = base.extend<{ other: Page }, { office: Office }>({
  office: [
    async ({ browserName: _ }, use) => {
      const office = await openOffice()
      await use(office)
      await office.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: async ({ office }, use) => use(office.front.url),
  other: async ({ browser, complaints, office }, use) => {
    const context = await browser.newContext({ baseURL: office.front.url, reducedMotion: 'reduce' })
    await complaints.watch(context)
    await use(await context.newPage())
    await context.close()
  },
})

async function signIn(page: Page, who: 'requester' | 'approver'): Promise<void> {
  await page.goto('/sign-in')
  await fillSignIn(page, `${who}@example.org`, PASSWORD)
}
const home = (page: Page) => page.getByRole('heading', { name: 'Home', level: 1, exact: true })

/** Marks the document, so that a reload would be noticed. */
async function stay(page: Page) {
  await page.evaluate(() => {
    document.body.dataset.stayed = 'yes'
  })
  return () => expect(page.locator('body')).toHaveAttribute('data-stayed', 'yes')
}

test('two consoles behind one address are one: signed in, filed, approved, revoked, and told at once', async ({
  page: requester,
  other: approver,
  office: { front, secret },
}) => {
  test.setTimeout(120_000)
  await signIn(requester, 'requester')
  await expect(home(requester)).toBeVisible()
  await signIn(approver, 'approver')
  await approver.getByLabel('Code', { exact: true }).fill(appCode(secret))
  await approver.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(home(approver)).toBeVisible()

  await approver.goto('/approvals')
  await expect(approver.getByText('Live link up')).toBeVisible(PATIENCE)
  const inboxStayed = await stay(approver)
  const id = await fileRequest(requester, 'resolve-a-refund-ticket')
  await expect(stateOf(requester)).toHaveText('Awaiting approval')
  await expect(approver.locator(`tr[data-request="${id}"]`)).toBeVisible(PATIENCE)
  await inboxStayed()

  const requestStayed = await stay(requester)
  await approver.goto(`/requests/${id}`)
  await sign(approver, 'Approve')
  await expect(stateOf(approver)).toHaveText('Live')
  await expect(stateOf(requester)).toHaveText('Live', PATIENCE)
  await requestStayed()

  const signedStayed = await stay(approver)
  await requester.getByRole('button', { name: 'Revoke', exact: true }).click()
  await requester.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(stateOf(requester)).toHaveText('Revoked', PATIENCE)
  await expect(stateOf(approver)).toHaveText('Revoked', PATIENCE)
  await signedStayed()

  expect(front.failed()).toEqual([])
  const [one = 0, two = 0] = front.answered()
  expect(Math.min(one, two)).toBeGreaterThan(20)
})
