import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import type { Question } from '@/lib/domain/question'
import { decide } from '@/lib/policy/decide'
import { loadPolicySet } from '@/lib/policy/load'
import { replay } from '@/lib/policy/replay'
import fc from '@/tests/harness/fast-check'
import { defaultSet, defaultText, lifting, question, scope, setOf } from './world'

const names = (stages: readonly { name: string }[]) => stages.map(({ name }) => name)

describe('the fixpoint', () => {
  test('held, and allowed once the stages are signed', () => {
    const held = decide(defaultSet, question('secret:read'))
    expect(held.verdict).toBe('held')
    expect(held.stages).toEqual([{ name: 'security', quorum: 1, order: 1, passkey: false }])
    expect(held.policies.map(({ id }) => id)).toEqual(['secret-read-needs-security'])
    const signed = decide(defaultSet, question('secret:read', { approvals: ['security'] }))
    expect(signed.verdict).toBe('allowed')
    expect(signed.policies[0]).toMatchObject({ id: 'tasks-may-read', effect: 'permit' })
  })

  test('grows: a stage that only shows once another is signed is found', () => {
    const set = setOf(
      lifting('first', 'security', { extra: '@order("2")' }),
      lifting('second', 'owners', { when: 'context.approvals.contains("security")' }),
      lifting('third', 'board', { when: 'context.approvals.contains("owners")', extra: '@order("3")' }),
    )
    const answer = decide(set, question('ticket:read'))
    expect(answer.verdict).toBe('held')
    expect(names(answer.stages)).toEqual(['owners', 'security', 'board'])
    expect(answer.policies.map(({ id }) => id)).toEqual(['first', 'second', 'third'])
    expect(decide(set, question('ticket:read', { approvals: ['security', 'owners', 'board'] })).verdict).toBe(
      'allowed',
    )
    expect(names(decide(set, question('ticket:read', { approvals: ['security'] })).stages)).toEqual([
      'owners',
      'board',
    ])
  })

  test('takes the strictest quorum and passkey demand of a stage', () => {
    const set = setOf(
      lifting('one', 'security', { extra: '@quorum("1") @order("4")' }),
      lifting('three', 'security', { extra: '@quorum("3") @order("2")' }),
      lifting('key', 'security', { extra: '@passkey("required") @order("3")' }),
    )
    expect(decide(set, question('ticket:read')).stages).toEqual([
      { name: 'security', quorum: 3, order: 2, passkey: true },
    ])
  })

  test('takes the strictest quorum even of a policy that hides behind another stage', () => {
    const set = setOf(
      lifting('plain', 'security', { extra: '@quorum("1")' }),
      lifting('other', 'owners'),
      lifting('hidden', 'security', { extra: '@quorum("3")', when: 'context.approvals.contains("owners")' }),
    )
    const answer = decide(set, question('ticket:read'))
    expect(answer.stages.map(({ name, quorum }) => [name, quorum])).toEqual([
      ['owners', 1],
      ['security', 3],
    ])
    expect(answer.policies.map(({ id }) => id)).toEqual(['plain', 'other', 'hidden'])
  })

  test('a hard reason beside a stage refuses, and only the hard reason is named', () => {
    const asked = question('secret:read', { environment: 'production', approvedEnvironment: 'staging' })
    const answer = decide(defaultSet, asked)
    expect(answer.verdict).toBe('refused')
    expect(answer.stages).toEqual([])
    expect(answer.policies.map(({ says }) => says)).toEqual([
      'The task may run only in the environment it was approved for.',
    ])
  })

  test('a hard reason that only shows behind a stage refuses too', () => {
    const set = setOf(
      lifting('first', 'security'),
      '@id("trap") @says("Never.") forbid (principal, action, resource) when { context.approvals.contains("security") };',
    )
    const answer = decide(set, question('ticket:read'))
    expect([answer.verdict, answer.policies.map(({ id }) => id)]).toEqual(['refused', ['trap']])
  })

  test('no policy allowing is a refusal with its own note', () => {
    const answer = decide(defaultSet, question('ticket:read', { scope: scope('ticket:read'), approvals: [] }))
    expect(answer.verdict).toBe('allowed')
    const set = loadPolicySet({
      schema: defaultText.schema,
      policies: [
        {
          name: 'x',
          text: '@id("x") @says("X.") permit (principal, action == Action::"api:call", resource);',
        },
      ],
    })
    const refused = decide(set, question('ticket:read'))
    expect(refused).toMatchObject({
      verdict: 'refused',
      errors: [],
      policies: [{ id: 'no-policy-allows', effect: 'forbid', says: 'No policy allows this.' }],
    })
  })
})

describe('a stage that policy demands', () => {
  test('holds what is asked until it is signed, and another one is not it', () => {
    expect(decide(defaultSet, question('secret:read'))).toMatchObject({
      ...{ verdict: 'held', policies: [{ id: 'secret-read-needs-security' }] },
    })
    const signed = (stage: string) =>
      decide(defaultSet, question('secret:read', { approvals: [stage] })).verdict
    expect([signed('security'), signed('data-owners')]).toEqual(['allowed', 'held'])
  })
})

describe('doubt is a no', () => {
  test.each<[string, Question]>([
    ['an action the schema does not know', question('ticket:fly')],
    ['an action group instead of an action', question('read')],
    ['a duration of 2^53', question('ticket:read', { durationSeconds: 2 ** 53 })],
    ['a duration of -2^53', question('ticket:read', { durationSeconds: -(2 ** 53) })],
    ['a fraction', question('ticket:read', { durationSeconds: 0.5 })],
    ['no number', question('ticket:read', { durationSeconds: Number.NaN })],
    ['a lone surrogate', question('ticket:read', { environment: 'sta\ud800ging' })],
    ['a NUL', question('ticket:read', { goalCategory: 'a\u0000b' })],
    ['a date that is none', question('ticket:read', { now: new Date(Number.NaN) })],
    ['a question of a megabyte', question('ticket:read', { goalCategory: 'x'.repeat(1_000_000) })],
  ])('%s', (_, asked) => {
    const answer = decide(defaultSet, asked)
    expect(answer.verdict).toBe('refused')
    expect(answer.errors.length).toBeGreaterThan(0)
  })

  test('an erring policy refuses, on an allow and on a denial that would be held', () => {
    const erring =
      '@id("erring") @says("E.") forbid (principal, action, resource) when { 9223372036854775807 + context.hourUtc > 0 && context.durationSeconds < 0 };'
    expect(decide(setOf(erring), question('ticket:read'))).toMatchObject({ verdict: 'refused' })
    expect(decide(setOf(erring), question('ticket:read')).errors[0]).toContain('erring')
    const beside = decide(setOf(erring, lifting('first', 'security')), question('ticket:read'))
    expect([beside.verdict, beside.stages, beside.errors.length]).toEqual(['refused', [], 1])
  })
})

const anyQuestion = fc
  .record({
    action: fc.constantFrom(
      'ticket:read',
      'ticket:comment',
      'ticket:delete',
      'secret:read',
      'secret:rotate',
      'api:call',
      'secret:write',
      'x',
    ),
    durationSeconds: fc.integer({ min: -10, max: 40_000 }),
    environment: fc.constantFrom('staging', 'production', 'laptop'),
    approvedEnvironment: fc.constantFrom('staging', 'production'),
    roles: fc.subarray(['requester', 'approver', 'auditor', 'administrator'] as const),
    now: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    approvals: fc.subarray(['security', 'data-owners', 'nobody']),
    goalCategory: fc.string(),
  })
  .map(({ action, roles, ...rest }) => ({
    ...question(action),
    ...rest,
    requester: { ...question('x').requester, roles },
  }))

const SEVERITY = { allowed: 0, held: 1, refused: 2 }

describe('for any question', () => {
  test('more approvals never make the default set stricter', () => {
    fc.assert(
      fc.property(anyQuestion, fc.subarray(['security', 'data-owners', 'other']), (asked, more) => {
        const before = decide(defaultSet, asked)
        const after = decide(defaultSet, { ...asked, approvals: [...asked.approvals, ...more] })
        expect(SEVERITY[after.verdict]).toBeLessThanOrEqual(SEVERITY[before.verdict])
        expect(names(before.stages)).toEqual(expect.arrayContaining(names(after.stages)))
      }),
      { numRuns: 150 },
    )
  })

  test('held means: allowed with exactly those stages, and not without', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const answer = decide(defaultSet, asked)
        fc.pre(answer.verdict === 'held')
        const approvals = [...asked.approvals, ...names(answer.stages)]
        const without = (stage: string) => approvals.filter((name) => name !== stage)
        expect(decide(defaultSet, { ...asked, approvals }).verdict).toBe('allowed')
        for (const stage of names(answer.stages))
          expect(decide(defaultSet, { ...asked, approvals: without(stage) }).verdict).toBe('held')
      }),
      { numRuns: 150 },
    )
  })

  test('replaying the stored input, which is canonical JSON, gives the same answer', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const answer = decide(defaultSet, asked)
        expect(canonicalize(JSON.parse(answer.input))).toBe(answer.input)
        fc.pre(answer.errors.length === 0)
        expect(replay(defaultSet, answer.input)).toEqual(answer)
      }),
      { numRuns: 150 },
    )
  })

  test('order and repetition of sets change neither input nor answer', () => {
    const { requester, agent } = question('ticket:read')
    const one = decide(
      defaultSet,
      question('ticket:read', {
        approvals: ['b', 'a'],
        requester: { ...requester, roles: ['requester', 'approver'] },
      }),
    )
    const two = decide(
      defaultSet,
      question('ticket:read', {
        approvals: ['a', 'b', 'a'],
        requester: { ...requester, roles: ['approver', 'requester'] },
        agent: { ...agent, environments: ['production', 'staging', 'staging'] },
      }),
    )
    expect(two).toEqual(one)
  })
})

test('a decision with the default set takes 0.3 ms or less at the median', () => {
  let seconds = 0
  const median = () => {
    const times = Array.from({ length: 800 }, () => {
      // A new duration each time: nothing is remembered.
      const asked = question('secret:read', { durationSeconds: ++seconds, approvals: ['security'] })
      const start = performance.now()
      decide(defaultSet, asked)
      return performance.now() - start
    })
    return times.sort((a, b) => a - b)[400] ?? Number.POSITIVE_INFINITY
  }
  // The quietest of several rounds: other tests share the machine.
  let p50 = median()
  for (let round = 1; round < 20 && p50 > 0.3; round += 1) p50 = Math.min(p50, median())
  console.log(`one decision, default set, preparsed: p50 ${p50.toFixed(3)} ms`)
  expect(p50).toBeLessThanOrEqual(0.3)
})
