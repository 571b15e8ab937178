import { describe, expect, test } from 'vitest'
import { askEngine, withReader } from '@/lib/policy/engine'
import { inputOf } from '@/lib/policy/input'
import { defaultSet, lifting, question, setOf } from './world'

const odd = setOf(
  '@id("none") @says("N.") forbid (principal, action in [Action::"delete", Action::"write"], resource) when { context.hourUtc > 8 };',
  '@id("two") @says("T.") forbid (principal, action in [Action::"ticket:read", Action::"execute"], resource) when { context.weekday == 1 };',
  '@id("one") @says("O.") forbid (principal, action == Action::"secret:read", resource) unless { context.breakGlass };',
  '@id("late") @says("L.") forbid (principal, action, resource) when { action in Action::"write" };',
  lifting('any', 'security'),
)
const actions = [
  'ticket:read',
  'ticket:comment',
  'ticket:delete',
  'secret:read',
  'secret:write',
  'secret:rotate',
  'api:call',
]

describe('leaving out policies that have no say', () => {
  test.each([
    ['the default set', defaultSet],
    ['a set of every kind of action constraint', odd],
  ])('changes no answer: %s', (_, set) => {
    const staticPolicies = Object.fromEntries([...set.entries].map(([id, { cedar }]) => [id, cedar]))
    for (const action of actions)
      for (const environment of ['staging', 'production', 'laptop'])
        for (const approvals of [[], ['security'], ['security', 'data-owners']]) {
          const input = inputOf(
            question(action, { environment, approvals, durationSeconds: 7200 }),
            set.actions.get(action)?.groups ?? [],
            true,
          )
          const whole = withReader((engine) =>
            engine.isAuthorized({
              ...input,
              schema: set.schema,
              validateRequest: true,
              policies: { staticPolicies },
            }),
          )
          if (whole.type === 'failure') throw new Error('The engine failed.')
          const sliced = askEngine(set, input, 'as-built')
          expect(sliced.decision).toBe(whole.response.decision)
          expect([...sliced.reasons].sort()).toEqual([...whole.response.diagnostics.reason].sort())
        }
  })

  test('leaves some out, and keeps those that look at the action elsewhere', () => {
    expect(odd.actions.get('api:call')?.ids).toEqual(['all', 'two', 'late', 'any'])
    expect(odd.actions.get('ticket:comment')?.ids).toEqual(['all', 'none', 'late', 'any'])
    expect(odd.actions.has('read')).toBe(false)
  })
})
