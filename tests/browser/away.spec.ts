import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { REFUSALS } from '@/lib/domain/refusals'
import { cuttableWire, throughWire } from '../harness/cuttable'
import { query } from './abuse/store'
import { startConsole } from './console-process'
import { expect, signInAs, test } from './fixtures'

// F2 and F3 at the console: another one beside the product's, with an account and a wire of its own to the database.

test.describe.configure({ timeout: 300_000 })
// A page that was being made when its connection ended shows that it did not load.
test.use({ expectedComplaints: [/503|ERR_|Failed to load|Failed to fetch|Minified React error #441/] })

type Beside = { url: string; wire: Awaited<ReturnType<typeof cuttableWire>>; account: string }

async function withConsoleBeside(use: (beside: Beside) => Promise<void>) {
  const address = new URL(process.env.BROWSER_DATABASE_URL ?? '')
  const wire = await cuttableWire({ port: Number(address.port), host: address.hostname })
  const account = `beside_${randomBytes(8).toString('hex')}`
  await query(`create role ${account} login superuser`)
  address.username = account
  const environment = { COUNTERSIGN_EMBEDDED: '0', COUNTERSIGN_DEMO: '1', COUNTERSIGN_FILING_LIMIT: '0' }
  const server = await startConsole(throughWire(address.href, wire.port), { environment })
  expect(server.isListening, server.output()).toBe(true)
  await use({ url: server.url, wire, account })
  expect(await server.end()).toBe(0)
  await wire.close()
  await query(`drop role ${account}`)
}

/** A form that is filled in and has not been sent. */
async function fillRequest(page: Page, url: string, justification: string) {
  await page.goto(`${url}/requests/new?template=summarise-a-ticket`)
  await page.getByLabel('Justification').fill(justification)
}
const submit = (page: Page) => page.getByRole('button', { name: 'Submit request' }).click()
const filed = (justification: string) =>
  query<{ id: string }>('select id from request where justification = $1', [justification])

test('F2: a console whose database is cut off says so, keeps what was typed, and comes back by itself', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  await withConsoleBeside(async ({ url, wire }) => {
    const why = `Cut off ${randomBytes(8).toString('hex')}.`
    await fillRequest(page, url, why)
    wire.cut()
    await submit(page)
    await expect(page.getByRole('alert').filter({ hasText: REFUSALS.unavailable.says })).toBeVisible()
    await expect(page.getByLabel('Justification')).toHaveValue(why)
    const away = await page.goto(`${url}/requests`)
    expect(away?.status()).toBe(503)
    expect(away?.headers()).toMatchObject({ 'retry-after': '2', 'cache-control': 'no-store' })
    await expect(page.getByRole('heading', { name: 'Countersign is not available' })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveText(/The database does not answer. Nothing was changed./)
    expect((await page.request.get(`${url}/readyz`)).status()).toBe(503)
    expect((await page.request.get(`${url}/healthz`)).status()).toBe(200)
    expect(await filed(why)).toEqual([])
    wire.mend()
    await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible()
    await fillRequest(page, url, why)
    await submit(page)
    await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible()
    expect(await filed(why)).toHaveLength(1)
  })
})

test('F3: a console whose database takes no changes shows a banner, refuses them, and resumes', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  await withConsoleBeside(async ({ url, account }) => {
    // What a failover does: the account's connections end, and the next ones only read, or write again.
    const turn = async (how: string) => {
      await query(`alter role ${account} ${how}`)
      await query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [account])
    }
    const banner = page.getByRole('status').filter({ hasText: 'Read-only: the database takes no changes' })
    const reloaded = async () => {
      await page.goto(`${url}/requests`)
      return banner.count()
    }
    expect(await reloaded()).toBe(0)
    await turn('set default_transaction_read_only = on')
    await expect.poll(reloaded, { timeout: 120_000 }).toBe(1)
    await expect(banner).toContainText('Changes are refused until it takes them again.')
    const why = `Read only ${randomBytes(8).toString('hex')}.`
    await fillRequest(page, url, why)
    await submit(page)
    await expect(page.getByRole('alert').filter({ hasText: REFUSALS.read_only.says })).toBeVisible()
    expect(await filed(why)).toEqual([])
    await turn('reset default_transaction_read_only')
    await expect.poll(reloaded, { timeout: 120_000 }).toBe(0)
    await fillRequest(page, url, why)
    await submit(page)
    await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible()
    expect(await filed(why)).toHaveLength(1)
  })
})
