import { expect, signInAs, test } from '../fixtures'
import { callAction, callOf, listActions } from './actions'
import { consoleUrl, cookieOf, type Sent, send } from './raw'
import { letSweep, readState } from './store'

test.describe.configure({ timeout: 300_000 })

test.afterAll(() => letSweep())

const MOST_MS = 100
const TRIES = 10
const IDLE = { kind: 'idle' }

const ofScopes = (count: number) =>
  callOf(
    Array.from({ length: count }, (_, at) => ['scopeIds[]', `s${at}`] as const),
    [IDLE],
  )
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const text = (body: string): Sent => ({
  body: new TextEncoder().encode(body),
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
})

/** What is thrown at the action that files a request, and how it is turned away. 200 is a form that says what is wrong. */
const BOMBS: readonly [string, () => Promise<Sent>, readonly number[]][] = [
  ['10 MB in one field', () => callOf([['goal', 'a'.repeat(1e7)]], [IDLE]), [413]],
  ['10 MB of values', async () => text('a'.repeat(1e7)), [413]],
  ['100,000 scopes', () => ofScopes(100_000), [413]],
  ['5,000 scopes', () => ofScopes(5_000), [413]],
  ['1,500 scopes', () => ofScopes(1_500), [200]],
  ['190 kB of justification', () => callOf([['justification', 'a'.repeat(19e4)]], [IDLE]), [200]],
  ['values 10,000 deep', async () => text(nested(10_000)), [400]],
  ['a form whose values are 10,000 deep', () => callOf([['0', nested(10_000)]], [IDLE]), [400]],
  ['values 10,000 deep behind closing brackets in texts', async () => text('["]",'.repeat(10_000)), [400]],
]

/** How long it takes at best: a busy machine makes one try slow, a weakness all of them. */
async function best(act: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let tried = 0; tried < TRIES && least > MOST_MS; tried += 1) {
    const started = performance.now()
    await act()
    least = Math.min(least, performance.now() - started)
  }
  return least
}

function filing() {
  const found = listActions().find(({ name }) => name === 'submitRequestAction')
  if (!found) throw new Error('There is no way to file.')
  return found
}

test('A37: what is too much is sent away at once, files nothing and keeps nobody waiting', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const cookie = await cookieOf(page)
  const before = await readState()
  const throwAt = (call: Sent) =>
    callAction(filing(), call, { cookie, headers: { origin: consoleUrl().origin } }).then(
      ({ status }) => status,
    )
  for (const [what, make, statuses] of BOMBS) {
    const call = await make()
    const took = await best(async () => {
      expect(statuses, what).toContain(await throwAt(call))
    })
    expect(took, what).toBeLessThan(MOST_MS)
  }
  const neighbour = () => send('/sign-in')
  const alone = await best(neighbour)
  const calls = await Promise.all(BOMBS.map(([, make]) => make()))
  let arriving = true
  const throwAll = async () => {
    for (const call of [...calls, ...calls, ...calls]) await throwAt(call)
    arriving = false
  }
  const storm = throwAll()
  const took: number[] = []
  while (arriving) {
    const started = performance.now()
    expect((await neighbour()).status).toBe(200)
    took.push(performance.now() - started)
  }
  await storm
  took.sort((a, b) => a - b)
  expect(took[Math.floor(took.length / 2)]).toBeLessThan(MOST_MS + 10 * alone)
  expect((await readState()).tables).toEqual(before.tables)
})
