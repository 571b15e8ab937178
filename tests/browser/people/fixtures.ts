import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type pg from 'pg'
import { query } from '../abuse/store'
import { productSecret } from '../console-process'
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
  databaseUrl: string
  /** What another console of the same house has to be told. */
  environment: Readonly<Record<string, string>>
  query: <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<T[]>
  /** The link for the first administrator, as the supervisor printed it. */
  printedLink: () => string
}

const settingsOf = ({ issuer }: CompanyProvider) => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: CLIENT.id,
  OIDC_CLIENT_SECRET: CLIENT.secret,
  OIDC_NAME: 'Company',
  OIDC_GROUP_MAP: JSON.stringify(GROUP_MAP),
})

/** A database of the house's own where the run has a server, and otherwise the one that the product embeds. */
async function openDatabase(): Promise<{ environment: Record<string, string>; drop: () => Promise<void> }> {
  if (process.env.BROWSER_BACKEND !== 'postgres') return { environment: {}, drop: async () => {} }
  const name = `house_${randomUUID().replaceAll('-', '')}`
  await query(`create database ${name}`)
  const database = new URL(process.env.BROWSER_DATABASE_URL ?? '')
  database.pathname = name
  const drop = async () => void (await query(`drop database ${name} with (force)`))
  return { environment: { DATABASE_URL: database.href, COUNTERSIGN_SECRET: productSecret() }, drop }
}

async function openHouse(): Promise<House & { stop: () => Promise<void> }> {
  const provider = await startProvider()
  const { environment, drop } = await openDatabase()
  const product = await startProduct({
    demo: false,
    name: 'product-people',
    environment: { ...environment, ...settingsOf(provider) },
  })
  provider.register(`${product.consoleUrl}/api/auth/callback/oidc`)
  for (const [id, groups] of Object.entries(EMPLOYEES))
    provider.accounts.set(id, { name: nameOf(id), groups })
  const secret =
    environment.COUNTERSIGN_SECRET ?? readFileSync(join(product.dataDir, 'secret'), 'utf8').trim()
  return {
    consoleUrl: product.consoleUrl,
    databaseUrl: product.databaseUrl,
    environment: { ...environment, ...settingsOf(provider), COUNTERSIGN_SECRET: secret },
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
      await drop()
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
