import type { Page } from '@playwright/test'
import { REFUSALS } from '@/lib/domain/refusals'
import { query } from './abuse/store'
import { startConsole } from './console-process'
import { idOf, sign, stateOf, takeMandate } from './filing'
import { expect, type Persona, signInAs, test } from './fixtures'

// F5: the clock of a console's machine is wrong, or jumps. The database's clock decides.

test.describe.configure({ timeout: 400_000 })
// A page that stays open asks on when its sign-in is over, and when its console has ended.
test.use({ expectedComplaints: [/401|ERR_|Failed to fetch/] })

/** Longer than a sign-in lives or is fresh, a signature is good and a grant lasts. */
const WRONG_BY_HOURS = 30

type Clock = Readonly<Partial<Record<'SHIFT_SECONDS' | 'JUMP_SECONDS', string>>>

async function startConsoleBy(clock: Clock) {
  const environment = {
    NODE_OPTIONS: '--import ./tests/harness/shifted-clock.mjs',
    COUNTERSIGN_DEMO: '1',
    COUNTERSIGN_FILING_LIMIT: '0',
    ...clock,
  }
  const server = await startConsole(undefined, { environment })
  expect(server.isListening, server.output()).toBe(true)
  const wrongByHours = async () => {
    await fetch(`${server.url}/readyz`)
    // What stands after the last end of a line is still on its way.
    const { time } = JSON.parse(server.output().split('\n').at(-2) ?? '{}')
    // Plus nothing: a clock that is right by rounding is 0, never -0.
    return Math.round((Date.parse(time) - Date.now()) / 3_600_000) + 0
  }
  return { ...server, wrongByHours }
}

type SignedIn = { page: Page; signInId: string }

async function newestSignIn(page: Page, persona: Persona): Promise<SignedIn> {
  const [row] = await query<{ id: string }>(
    `select s.id from sign_in s join person p on p.id = s.person_id
     where lower(p.name) = $1 order by s.started desc limit 1`,
    [persona],
  )
  return { page, signInId: row?.id ?? '' }
}

const setSignIn = ({ signInId }: SignedIn, column: 'started' | 'expires', interval: string) =>
  query(`update sign_in set ${column} = clock_timestamp() + $2::interval where id = $1`, [signInId, interval])

async function file(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/requests/new?template=resolve-a-refund-ticket`)
  await page.getByLabel('Justification').fill('The customer has waited nine days for an answer.')
  await page.getByRole('button', { name: 'Submit request' }).click()
  await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible()
  return idOf(page)
}

/** Files, signs, issues and ends at this console, each by the database's clock. Both have signed in at another. */
async function expectDatabaseClock(url: string, requester: SignedIn, approver: SignedIn) {
  const id = await file(requester.page, url)
  await approver.page.goto(`${url}/requests/${id}`)
  await setSignIn(approver, 'started', '-8 hours -1 minute')
  await approver.page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(approver.page.getByText(REFUSALS.stale_sign_in.says)).toBeVisible()
  await setSignIn(approver, 'started', '-7 hours -50 minutes')
  await approver.page.goto(`${url}/requests/${id}`)
  await sign(approver.page, 'Approve')
  await expect(stateOf(approver.page)).toHaveText('Live')
  await requester.page.goto(`${url}/requests/${id}`)
  await expect(stateOf(requester.page)).toHaveText('Live')
  await takeMandate(requester.page)
  await query(
    `update permission_grant set expires = clock_timestamp() - interval '1 second' where request_id = $1`,
    [id],
  )
  await requester.page.goto(`${url}/requests/${id}`)
  await expect(stateOf(requester.page)).toHaveText('Expired')
}

async function expectSignInOver(url: string, signedIn: SignedIn) {
  await setSignIn(signedIn, 'expires', '-1 second')
  await signedIn.page.goto(`${url}/requests`)
  await expect(signedIn.page).toHaveURL(/\/sign-in/)
}

const cases = [
  [WRONG_BY_HOURS, 'ahead'],
  [-WRONG_BY_HOURS, 'behind'],
] as const

for (const [hours, words] of cases)
  test(`F5: a console whose clock is ${WRONG_BY_HOURS} hours ${words} judges by the database’s`, async ({
    page,
    openAs,
  }) => {
    await signInAs(page, 'requester')
    const requester = await newestSignIn(page, 'requester')
    const approver = await newestSignIn(await openAs('approver'), 'approver')
    const server = await startConsoleBy({ SHIFT_SECONDS: String(hours * 3600) })
    expect(await server.wrongByHours()).toBe(hours)
    await expectDatabaseClock(server.url, requester, approver)
    await expectSignInOver(server.url, requester)
    await page.goto(`${server.url}/sign-in`)
    await page.getByRole('button', { name: 'Continue as requester', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
    expect(await server.end()).toBe(0)
  })

for (const [hours, words] of cases)
  test(`F5: a console whose clock jumps ${WRONG_BY_HOURS} hours ${words}, and back, goes on by the database’s`, async ({
    page,
    openAs,
  }) => {
    const server = await startConsoleBy({ JUMP_SECONDS: String(hours * 3600) })
    expect(await server.wrongByHours()).toBe(0)
    await signInAs(page, 'requester')
    const requester = await newestSignIn(page, 'requester')
    const approver = await newestSignIn(await openAs('approver'), 'approver')
    // Seen once by the right clock, and remembered.
    await page.goto(`${server.url}/requests`)
    await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible()
    for (const wrongBy of [hours, 0]) {
      server.signal('SIGUSR2')
      await expect.poll(server.wrongByHours).toBe(wrongBy)
      await expectDatabaseClock(server.url, requester, approver)
    }
    await expectSignInOver(server.url, requester)
    expect(await server.end()).toBe(0)
  })
