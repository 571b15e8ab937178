import { describe, expect, it } from 'vitest'
import {
  type ClaimCondition,
  claimText,
  conditionLines,
  conditionWords,
  readConditions,
  readNames,
  unmetCondition,
} from '@/lib/domain/claim-conditions'
import fc from '@/tests/harness/fast-check'

const claims = {
  ref: 'refs/heads/main',
  run: 7,
  fork: false,
  groups: ['a'],
  'https://x.example/team': 'red',
  'kubernetes.io': { namespace: 'agents', serviceaccount: { 'a/b': 'slash', 'c~d': 'tilde' } },
}

describe('claimText', () => {
  it.each([
    ['ref', 'refs/heads/main'],
    ['run', '7'],
    ['fork', 'false'],
    ['https://x.example/team', 'red'],
    ['/kubernetes.io/namespace', 'agents'],
    ['/kubernetes.io/serviceaccount/a~1b', 'slash'],
    ['/kubernetes.io/serviceaccount/c~0d', 'tilde'],
    ['groups', null],
    ['kubernetes.io', null],
    ['/kubernetes.io/none/namespace', null],
    ['/groups/0', null],
    ['constructor', null],
    ['/__proto__/toString', null],
    ['', null],
  ])('%s is %s', (name, text) => {
    expect(claimText(claims, name)).toBe(text)
  })
})

describe('unmetCondition', () => {
  const cases: [ClaimCondition, boolean][] = [
    [{ claim: 'ref', is: 'exact', value: 'refs/heads/main' }, true],
    [{ claim: 'ref', is: 'exact', value: 'refs/heads/MAIN' }, false],
    [{ claim: 'ref', is: 'prefix', value: 'refs/heads/' }, true],
    [{ claim: 'ref', is: 'prefix', value: 'heads' }, false],
    [{ claim: 'run', is: 'one_of', values: ['6', '7'] }, true],
    [{ claim: 'run', is: 'one_of', values: ['6'] }, false],
    [{ claim: 'groups', is: 'exact', value: 'a' }, false],
    [{ claim: 'absent', is: 'exact', value: 'undefined' }, false],
  ]
  it.each(cases)('%o: %s', (condition, isMet) => {
    expect(unmetCondition([condition], claims)).toBe(isMet ? null : condition)
    expect(conditionWords(condition)).toContain(condition.claim)
  })

  it('more conditions never let more in', () => {
    const names = fc.constantFrom('ref', 'run', 'fork', 'absent')
    const condition = fc.record({
      claim: names,
      is: fc.constant('prefix' as const),
      value: fc.constantFrom('r', '7', 'f'),
    })
    fc.assert(
      fc.property(fc.array(condition), condition, (some, one) => {
        if (unmetCondition(some, claims) !== null)
          expect(unmetCondition([...some, one], claims)).not.toBeNull()
      }),
    )
  })
})

describe('conditions as people write them', () => {
  it('are read one a line', () => {
    const text = ' ref starts with refs/heads/ \n\nteam in a, b,\n/kubernetes.io/namespace = x = y\n'
    expect(readConditions(text)).toEqual({
      ok: true,
      value: [
        { claim: 'ref', is: 'prefix', value: 'refs/heads/' },
        { claim: 'team', is: 'one_of', values: ['a', 'b'] },
        { claim: '/kubernetes.io/namespace', is: 'exact', value: 'x = y' },
      ],
    })
    expect(readConditions('')).toEqual({ ok: true, value: [] })
  })

  it('take the sign that stands first, whatever the value holds', () => {
    const text =
      'workflow = Build and deploy in production\njob = It starts with a\nref starts with a = b in c'
    const read = readConditions(text)
    expect(read).toEqual({
      ok: true,
      value: [
        { claim: 'workflow', is: 'exact', value: 'Build and deploy in production' },
        { claim: 'job', is: 'exact', value: 'It starts with a' },
        { claim: 'ref', is: 'prefix', value: 'a = b in c' },
      ],
    })
    expect(read.ok && conditionLines(read.value)).toBe(text)
  })

  it.each(['ref', 'ref=', ' = x', 'team in ,', 'ref starts with', 'a = b\n'.repeat(21)])(
    '%j is none',
    (text) => {
      expect(readConditions(text).ok).toBe(false)
    },
  )
})

describe('what a claim’s values mean', () => {
  it('is read one a line, each value once', () => {
    expect(readNames('agents-prod = production\na=b = staging')).toEqual({
      ok: true,
      value: [
        { value: 'agents-prod', environment: 'production' },
        { value: 'a=b', environment: 'staging' },
      ],
    })
    for (const text of ['x', '= x', 'x =', 'x = a\nx = b']) expect(readNames(text).ok).toBe(false)
  })
})

describe('conditions to be changed', () => {
  it('read back as what they were', () => {
    const text = 'ref = refs/heads/main\nteam in a, b\n/kubernetes.io/namespace starts with agents-'
    const read = readConditions(text)
    if (!read.ok) throw new Error(read.problem)
    expect(conditionLines(read.value)).toBe(text)
    expect(conditionLines([])).toBe('')
  })
})
