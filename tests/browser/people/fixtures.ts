import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type pg from 'pg'
import { query } from '../abuse/store'
import { test as base, expect } from '../fixtures'
import { startProduct } from '../product.mjs'
import { CLIENT, type CompanyProvider, startProvider } from './provider'

export { expect }

const GROUP_MAP = {
  everybody: ['requester'],
  security: ['approver', 'group:security'],
  compliance: ['auditor'],
  platform: ['administrator'],
}

/** Who the company employs, by what they do here. */
const EMPLOYEES = {
  requester: ['everybody'],
  approver: ['everybody', 'security'],
  'compliance-officer': ['compliance'],
  administrator: ['everybody', 'platform'],
  founder: ['garden'],
  gardener: ['garden'],
} as const satisfies Record<string, readonly string[]>
export type Employee = keyof typeof EMPLOYEES

/** The product outside demo mode, with a company's identity provider. One for a whole file of tests. */
export type House = {
  consoleUrl: string
  provider: CompanyProvider
  query: <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<T[]>
  /** The link for the first administrator, as the supervisor printed it. */
  printedLink: () => string
}

async function openHouse(): Promise<House & { stop: () => Promise<void> }> {
  const provider = await startProvider()
  const product = await startProduct({
    demo: false,
    name: 'product-people',
    environment: {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_NAME: 'Company',
      OIDC_GROUP_MAP: JSON.stringify(GROUP_MAP),
    },
  })
  provider.register(`${product.consoleUrl}/api/auth/callback/oidc`)
  for (const [id, groups] of Object.entries(EMPLOYEES))
    provider.accounts.set(id, { name: nameOf(id), groups })
  return {
    consoleUrl: product.consoleUrl,
    provider,
    query: (sql, values) => query(sql, values, product.databaseUrl),
    printedLink: () => {
      const [link] = /http:\S+\/setup#[\w-]+/.exec(readFileSync(product.log, 'utf8')) ?? []
      if (!link) throw new Error('No link was printed.')
      return link
    },
    stop: async () => {
      await product.stop()
      await provider.stop()
    },
  }
}

const nameOf = (id: string) => `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`

/** From the sign-in page to the company's, and back, signed in or not. */
export async function comeAs(page: Page, who: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await page.getByRole('button', { name: `I am the ${who}`, exact: true }).click()
}

/** Signed in and home. */
export async function signInAs(page: Page, who: Employee): Promise<void> {
  await comeAs(page, who)
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

export const test = base.extend<{ openBrowser: () => Promise<Page> }, { house: House }>({
  house: [
    async ({ browserName: _ }, use) => {
      const house = await openHouse()
      await use(house)
      await house.stop()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: async ({ house }, use) => use(house.consoleUrl),
  openBrowser: async ({ browser, complaints, house }, use) => {
    const opened: { close: () => Promise<void> }[] = []
    await use(async () => {
      const context = await browser.newContext({ baseURL: house.consoleUrl, reducedMotion: 'reduce' })
      opened.push(context)
      await complaints.watch(context)
      return context.newPage()
    })
    for (const context of opened) await context.close()
  },
})
