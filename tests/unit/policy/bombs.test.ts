import { beforeEach, describe, expect, test } from 'vitest'
import { PolicySetVersion } from '@/lib/domain/ids'
import { MAX_NESTING, MAX_OPERATORS, policyCaps } from '@/lib/policy/caps'
import { decide } from '@/lib/policy/decide'
import { askEngine, withReader } from '@/lib/policy/engine'
import { inputOf } from '@/lib/policy/input'
import { loadPolicySet } from '@/lib/policy/load'
import { replay } from '@/lib/policy/replay'
import { quickestMs } from '@/tests/harness/quickest'
import { defaultSet, defaultText, question } from './world'

const { schema } = defaultText
const policy = (expression: string) =>
  `@id("x") @says("X.") permit (principal, action, resource) when { ${expression} };`
const load = (text: string) => loadPolicySet({ schema, policies: [{ name: 'x.cedar', text }] })
const nested = (depth: number, inner = 'context.hourUtc > 1') => '('.repeat(depth) + inner + ')'.repeat(depth)
const joined = (terms: number, term: string, by: string) => Array(terms).fill(term).join(by)

const raise = () => {
  throw new Error('There is no such policy.')
}

let asked = 0
/** A question never asked before, so that the engine answers and not the memo. */
const honest = () => decide(defaultSet, question('secret:read', { durationSeconds: 100 + asked++ }))

beforeEach(() => expect(honest().verdict).toBe('held'))

describe('text that would exhaust the engine is refused before it is parsed', () => {
  test.each([
    ['140 parentheses', policy(nested(140)), 'nests deeper'],
    ['100,000 parentheses', policy(nested(100_000)), 'longer than'],
    ['140 sets', policy(`${'['.repeat(140)}1${']'.repeat(140)} == [1]`), 'nests deeper'],
    ['parentheses after closing ones in a string', policy(`")))))" != "" && ${nested(30)}`), 'nests deeper'],
    ['parentheses behind a comment that \\r ends', policy(`true // "\r && ${nested(140)}`), 'nests deeper'],
    ['parentheses behind a comment with a quote', policy(`true // "\n && ${nested(140)}`), 'nests deeper'],
    ['a chain of &&', policy(joined(400, 'context.breakGlass', ' && ')), 'operators'],
    ['a chain of +', policy(`${joined(400, '1', '+')} > 1`), 'operators'],
    ['a chain of members', policy(`context${'.a'.repeat(400)}`), 'operators'],
    ['a chain of if', policy(`${'if true then true else '.repeat(400)}true`), 'operators'],
    ['a megabyte', `// ${'x'.repeat(1_000_000)}`, 'longer than'],
  ])('%s', (_, text, part) => {
    expect(() => load(text)).toThrow(part)
    expect(honest().verdict).toBe('held')
  })

  test('a schema that nests too deep', () => {
    const bomb = `${schema} type Deep = ${'Set<'.repeat(200)}Long${'>'.repeat(200)};`
    expect(() => loadPolicySet({ schema: bomb, policies: [] })).toThrow('nests deeper')
    expect(honest().verdict).toBe('held')
  })

  test('what the caps let through, the engine reads, loads and decides', () => {
    const widest = joined(MAX_OPERATORS / 2 - 2, 'context.breakGlass', ' || ')
    const set = load(policy(`(${nested(MAX_NESTING - 6, widest)}) || ${nested(MAX_NESTING - 6)}`))
    expect(decide(set, question('ticket:read'))).toMatchObject({ verdict: 'allowed', errors: [] })
  })

  test('counting is quick on hostile text', () => {
    for (const text of [
      '"'.repeat(65_535),
      '"\\'.repeat(32_000),
      '//'.repeat(32_000),
      `"${'\\"'.repeat(32_000)}\\`,
    ])
      expect(quickestMs(() => policyCaps('x.cedar', text))).toBeLessThan(50)
  })
})

describe('after a trap the next honest decision is right', () => {
  const chain = Array.from({ length: 3_000 }, (_, at) => ({
    uid: { type: 'Tenant', id: `${at}` },
    attrs: {},
    parents: [{ type: 'Tenant', id: `${at + 1}` }],
  }))

  test('a stored input with a chain of 3,000 entities is refused before the engine sees it', () => {
    const stored = JSON.parse(honest().input) as { entities: unknown[] }
    const answer = replay(defaultSet, JSON.stringify({ ...stored, entities: chain }))
    expect(answer.verdict).toBe('refused')
    expect(answer.errors.length).toBeGreaterThan(0)
    expect(honest().verdict).toBe('held')
  })

  test('the deciding instance, trapped by a bomb that passed every cap, is thrown away', () => {
    const one = load(policy('true'))
    const entry = { ...(one.entries.get('x') ?? raise()), cedar: policy(nested(2_000)) }
    const bomb = { ...one, version: PolicySetVersion.parse('f'.repeat(64)), entries: new Map([['x', entry]]) }
    expect(decide(bomb, question('ticket:read'))).toMatchObject({ verdict: 'refused', policies: [] })
    expect(decide(bomb, question('ticket:read')).errors[0]).toContain('The policy engine failed')
    const after = honest()
    expect([after.verdict, after.errors]).toEqual(['held', []])
  })

  test('the deciding instance, given the chain directly', { timeout: 180_000 }, () => {
    const deep = { ...inputOf(question('ticket:read'), ['read'], true), entities: chain }
    expect(askEngine(defaultSet, deep, 'as-built')).toMatchObject({ decision: 'deny', reasons: [] })
    expect(honest().verdict).toBe('held')
  })

  test('the reading instance', () => {
    expect(() => withReader((engine) => engine.policySetTextToParts(policy(nested(2_000))))).toThrow(
      'could not read',
    )
    expect(load(policy('true')).entries.size).toBe(1)
  })
})

describe('a stored input is parsed again on its way back', () => {
  test.each([
    ['no JSON', () => '{'],
    ['another shape', () => '{}'],
    ['an unknown member', (stored: string) => stored.replace('{', '{"aaa":1,')],
    ['not canonical', (stored: string) => ` ${stored}`],
    ['too deep', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['too large', () => `"${'x'.repeat(100_000)}"`],
    [
      'a number that is not safe',
      (stored: string) => stored.replace('"maxSeconds":28800', '"maxSeconds":9007199254740993'),
    ],
  ])('%s', (_, change) => {
    const answer = replay(defaultSet, change(honest().input))
    expect(answer).toMatchObject({ verdict: 'refused', stages: [], policies: [] })
    expect(answer.errors.length).toBe(1)
  })
})
