import { expect, test } from 'vitest'
import fc from '@/tests/harness/fast-check'
import { type Command, story } from '@/tests/harness/model/commands'
import { Reference, type State } from '@/tests/harness/model/reference'
import { System } from './system'

const SEQUENCES = 20_000
const OVER: readonly State[] = ['refused', 'denied', 'withdrawn', 'lapsed', 'completed', 'revoked', 'expired']

/** Tells one story to both. They agree after every command, and what is over stays over. */
function tell(commands: readonly Command[]): State[] {
  const [system, reference] = [new System(), new Reference()]
  const states: State[] = []
  for (const command of commands) {
    if (!reference.isPossible(command)) continue
    const before = reference.state
    const told = `${JSON.stringify(command)} after ${states.join(' ')}`
    expect({ told, ...system.run(command) }).toEqual({ told, ...reference.run(command) })
    if (OVER.includes(before)) expect(reference.state).toBe(before)
    states.push(reference.state)
  }
  const count = (type: string) => system.events.filter((one) => one === type).length
  expect(count('grant.opened')).toBe(states.includes('live') ? 1 : 0)
  const ends = ['grant.completed', 'grant.revoked', 'request.denied', 'request.refused'].map(count)
  expect(ends.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(1)
  return states
}

test(`the domain does what ${SEQUENCES} stories say`, () => {
  const reached = new Map<State, number>()
  fc.assert(
    fc.property(story(14), (commands) => {
      for (const state of new Set(tell(commands))) reached.set(state, (reached.get(state) ?? 0) + 1)
    }),
    { numRuns: SEQUENCES },
  )
  // A model that never gets anywhere proves nothing.
  for (const state of ['awaiting', 'live', ...OVER] as const)
    expect(reached.get(state) ?? 0, state).toBeGreaterThan(SEQUENCES / 200)
}, 180_000)
