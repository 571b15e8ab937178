import { expect, type Persona, signInAs, test } from '../fixtures'
import { callAction, callOf, listActions } from './actions'
import { FORGED, isRefusal } from './forged'
import { consoleUrl, cookieOf } from './raw'
import { query } from './store'

test.describe.configure({ timeout: 240_000 })

const IDLE = { kind: 'idle' }
const OTHERS = ['requester', 'approver', 'second approver', 'compliance officer'] as const

const keys = () => query<{ kid: string; state: string }>('select kid, state from signing_key order by kid')

/** How often the trail says that somebody tried to change the keys and was refused. */
async function refusals(): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from trail_event
     where type = 'act.refused' and entry::jsonb->'data'->>'act' in ('key.rotate', 'key.end')`,
  )
  return row?.count ?? 0
}

test('A30: the signing keys are changed by no other role, and by nobody from another page', async ({
  browser,
}) => {
  const cookieFor = async (persona: Persona) => {
    const context = await browser.newContext({ baseURL: consoleUrl().href })
    const page = await context.newPage()
    await signInAs(page, persona)
    const cookie = await cookieOf(page)
    await context.close()
    return cookie
  }
  const actions = listActions().filter(({ name }) => /^(rotate|end)SigningKeyAction$/.test(name))
  expect(actions).toHaveLength(2)
  const [before, refused] = [await keys(), await refusals()]
  const kid = before.find(({ state }) => state === 'active')?.kid ?? ''
  expect(kid).not.toBe('')
  const fields = [
    ['kid', kid],
    ['reason', 'An exercise.'],
  ] as const
  for (const persona of [...OTHERS, 'administrator'] as const) {
    const cookie = await cookieFor(persona)
    for (const action of actions) {
      for (const [what, headers] of Object.entries(FORGED())) {
        const answer = await callAction(action, await callOf(fields, [IDLE]), { cookie, headers })
        expect(isRefusal(answer), `${action.name} as ${persona} with ${what}: ${answer.status}`).toBe(true)
      }
      if (persona === 'administrator') continue
      const sent = { cookie, headers: { origin: consoleUrl().origin } }
      const answer = await callAction(action, await callOf(fields, [IDLE]), sent)
      expect(answer.text, `${action.name} as ${persona}`).toContain('"code":"not_allowed"')
    }
  }
  expect(await keys()).toEqual(before)
  // From their own pages each attempt is in the trail. A forged one is stopped before anybody is asked for.
  expect(await refusals()).toBe(refused + OTHERS.length * actions.length)
})
