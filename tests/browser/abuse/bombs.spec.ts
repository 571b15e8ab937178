import { expect, signInAs, test } from '../fixtures'
import { callAction, callOf, type Fields, listActions } from './actions'
import { type Answer, consoleUrl, cookieOf, type Sent, send } from './raw'
import { readState } from './store'

test.describe.configure({ timeout: 240_000 })

const many = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at))
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const fields = (all: readonly string[]): Fields => all.map((value) => ['scopeIds[]', value] as const)

/** What is thrown at each action, as its form or as its values. */
const bombs = async (): Promise<[string, Sent][]> => [
  ['10 MB in one field', await callOf([['goal', 'a'.repeat(1e7)]], [{ kind: 'idle' }])],
  ['100,000 scopes', await callOf(fields(many(100_000, (at) => `S-${at}`)), [{ kind: 'idle' }])],
  [
    '10,000 fields',
    await callOf(
      many(10_000, (at) => `f${at}`).map((name) => [name, ''] as const),
      [{ kind: 'idle' }],
    ),
  ],
  ['values nested 10,000 deep', { ...(await callOf(null)), body: new TextEncoder().encode(nested(10_000)) }],
  ['a state nested 10,000 deep', await callOf([['0', `[${nested(10_000)}]`]])],
  [
    '10 MB of values',
    { ...(await callOf(null)), body: new TextEncoder().encode(JSON.stringify(['a'.repeat(1e7)])) },
  ],
]

const isRefusal = ({ status, text }: Answer) => status >= 400 || /"code":"\w+"|^\d+:E\{/m.test(text)

test('A37: what is too large for an action is refused, changes nothing, and a neighbour is served', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const sent = { cookie: await cookieOf(page), headers: { origin: consoleUrl().origin } }
  const before = await readState()
  const submit = listActions().find(({ name }) => name === 'submitRequestAction')
  if (!submit) throw new Error('There is no way to submit.')
  const neighbour = async () => {
    const started = performance.now()
    expect((await send('/sign-in')).status).toBe(200)
    return performance.now() - started
  }
  const alone = Math.min(await neighbour(), await neighbour(), await neighbour())
  for (const [what, bomb] of await bombs()) {
    const took: number[] = []
    for (let tried = 0; tried < 3; tried += 1) {
      const started = performance.now()
      const answer = await callAction(submit, bomb, sent).catch(() => null)
      took.push(performance.now() - started)
      // A body may be cut off while it is still being sent.
      if (answer)
        expect(isRefusal(answer), `${what}: ${answer.status} ${answer.text.slice(0, 200)}`).toBe(true)
    }
    console.log(what, took.map(Math.round))
    const [, near] = await Promise.all([callAction(submit, bomb, sent).catch(() => null), neighbour()])
    expect(near, what).toBeLessThan(1000 + 10 * alone)
  }
  expect(await readState()).toEqual(before)
})
