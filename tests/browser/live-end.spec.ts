import { watchLateness } from '../harness/lateness'
import { consoleUrl, cookieOf } from './abuse/raw'
import { openStream } from './console-process'
import { expect, signInAs, test } from './fixtures'

const ENDED_WITHIN_MS = 5000

// The page that signed out has asked for something meanwhile, and is told that nobody is signed in.
test.use({ expectedComplaints: [/401/] })

test('A43: a live stream ends within 5 s of its sign-in, and a new one is refused', async ({ page }) => {
  await signInAs(page, 'requester')
  const cookie = await cookieOf(page)
  const stream = openStream(consoleUrl().origin, cookie)
  await stream.began
  const lateness = watchLateness()
  await page.getByRole('button', { name: /^Account/ }).click()
  const signedOut = page.waitForURL(/\/sign-in/).then(() => performance.now())
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  const ended = stream.ended.then((how) => ({ how, at: performance.now() }))
  const [over, { how, at }] = await Promise.all([signedOut, ended])
  lateness.stop()
  expect(how).toBe('ended')
  expect(at - over).toBeLessThan(lateness.allow(ENDED_WITHIN_MS))
  const again = await fetch(`${consoleUrl().origin}/api/live`, { headers: { cookie } })
  await again.body?.cancel()
  expect(again.status).toBe(401)
})
