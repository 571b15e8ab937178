import { describe, expect, test } from 'vitest'
import { handedOnTo, handingOnRule, signedFor } from '@/components/requests/handing-on-words'
import type { ChildRow } from '@/lib/domain/child-row'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))

const child = (agent: string, status: ChildRow['status'], minute: number) =>
  ({ agent, status, expires: at(minute) }) as ChildRow

type Rule = Parameters<typeof handingOnRule>[0]
const rule = (of: Partial<Rule>) =>
  handingOnRule({
    ...{ status: 'live', levelsBelow: 3, children: [], parent: null, effective: { delegation: null }, ...of },
    request: { agent: { slug: 'refund-triage' } } as Rule['request'],
  })

describe('who has part of a grant', () => {
  test('is nobody where nothing was handed on', () => {
    expect(handedOnTo({ children: [] })).toBeNull()
  })

  test('is each agent once, until the last of their grants ends', () => {
    const children = [child('b', 'live', 5), child('a', 'live', 9), child('b', 'live', 7)]
    expect(handedOnTo({ children })).toEqual({ words: 'Handed on to a and b, until', until: at(9) })
  })

  test('is not who had it once, as long as somebody has it', () => {
    const children = [child('a', 'revoked', 30), child('b', 'live', 7)]
    expect(handedOnTo({ children })).toEqual({ words: 'Handed on to b, until', until: at(7) })
    expect(handedOnTo({ children: children.slice(0, 1) })).toEqual({
      words: 'Was handed on to a, no longer than',
      until: at(30),
    })
  })
})

describe('what may be handed on', () => {
  test('is said before anybody signs, with how deep', () => {
    for (const status of ['proposed', 'awaiting', 'live'] as const)
      expect(rule({ status })).toBe(
        'refund-triage may hand less than this on to other agents, at most 3 levels deep. Policy is asked anew, with no approvals.',
      )
    expect(rule({ levelsBelow: 1 })).toContain('at most 1 level deep')
  })

  test('names whom signatures count for, before anybody signs and while it is live', () => {
    const agents = ['linter', 'tester'].map((slug) => ({ id: slug, slug, identity: `spiffe://a/${slug}` }))
    const effective = { delegation: { agents, depth: 2 } } as unknown as Rule['effective']
    for (const status of ['awaiting', 'live'] as const) {
      expect(rule({ status, effective })).toContain(
        'Policy is asked anew. Signatures count for linter and tester, 2 levels down, and for no other agent.',
      )
      expect(signedFor({ status, effective })).toHaveLength(2)
    }
    expect(signedFor({ status: 'revoked', effective })).toEqual([])
    expect(rule({ status: 'revoked', effective })).toBe('It was not handed on.')
  })

  test('of a grant below another is said without what its root was signed for', () => {
    const parent = { agent: 'refund-triage' } as Rule['parent']
    expect(rule({ parent })).toContain('only those count that name the other agent')
  })

  test('is nothing at the last level, without a grant, and after its end', () => {
    expect(rule({ levelsBelow: 0 })).toBe('It may not be handed on.')
    expect(rule({ status: 'denied' })).toContain('nothing can be handed on')
    expect(rule({ status: 'revoked' })).toBe('It was not handed on.')
    expect(rule({ status: 'revoked', children: [child('a', 'revoked', 1)] })).toBe(
      'It ended with this grant.',
    )
  })
})
