import { describe, expect, test } from 'vitest'
import { ScopeId, TenantId } from '@/lib/domain/ids'
import { decide } from '@/lib/policy/decide'
import { counterfactuals, summarise } from '@/lib/policy/explain'
import { defaultSet, lifting, question, scope, setOf } from './world'

const answered = (...actions: string[]) =>
  actions.map((action) => ({ scope: scope(action), answer: decide(defaultSet, question(action)) }))

describe('one answer for a request', () => {
  test('the templates of the demo', () => {
    expect(summarise(answered('ticket:read'))).toEqual({ verdict: 'allowed', refused: [], stages: [] })
    expect(summarise(answered('ticket:read', 'secret:read', 'api:call'))).toMatchObject({
      verdict: 'held',
      stages: [{ name: 'security', quorum: 1, tenantId: 'T-H0ME' }],
    })
    const rotate = question('secret:rotate', { environment: 'production' })
    expect(summarise([{ scope: rotate.scope, answer: decide(defaultSet, rotate) }])).toMatchObject({
      verdict: 'held',
      stages: [{ name: 'security', quorum: 2 }],
    })
  })

  test('one refused scope refuses the request and is named', () => {
    const summary = summarise(answered('secret:read', 'ticket:delete'))
    expect(summary.verdict).toBe('refused')
    expect(summary.refused.map(({ action }) => action)).toEqual(['ticket:delete'])
    expect(summary.stages).toEqual([])
  })

  test('a request of no scopes is never allowed', () => {
    expect(summarise([]).verdict).toBe('refused')
  })

  test('stages are merged per tenant, strictest first, in order', () => {
    const { answer } = answered('secret:rotate')[0] ?? {
      answer: decide(defaultSet, question('secret:rotate')),
    }
    const elsewhere = scope('secret:rotate', { tenantId: TenantId.parse('T-0THER') })
    const comment = question('ticket:comment', { durationSeconds: 7200 })
    const summary = summarise([
      { scope: comment.scope, answer: decide(defaultSet, comment) },
      ...answered('secret:read'),
      { scope: scope('secret:rotate'), answer },
      { scope: elsewhere, answer },
    ])
    expect(summary.stages.map(({ name, quorum, tenantId }) => [name, quorum, tenantId])).toEqual([
      ['security', 2, 'T-H0ME'],
      ['security', 2, 'T-0THER'],
      ['data-owners', 1, 'T-H0ME'],
    ])
  })
})

describe('what would be easier', () => {
  const many = (changes: Parameters<typeof question>[1], ...actions: string[]) =>
    actions.map((action) => question(action, changes))

  test('nothing, when it is allowed at once', () => {
    expect(counterfactuals(defaultSet, many({}, 'ticket:read', 'api:call'))).toEqual([])
  })

  test('one scope less, and another environment', () => {
    expect(counterfactuals(defaultSet, many({}, 'ticket:read', 'secret:read', 'api:call'))).toEqual([
      'Without secret:read, Security would not be asked.',
    ])
    expect(
      counterfactuals(defaultSet, many({ environment: 'production' }, 'ticket:read', 'secret:read')),
    ).toEqual([
      'Without secret:read, Security would not be asked.',
      'In staging, Security would be asked for 1 instead of 2.',
    ])
    expect(counterfactuals(defaultSet, many({}, 'ticket:read', 'ticket:delete'))).toEqual([
      'Without ticket:delete, policy would allow this at once.',
    ])
  })

  test('a shorter time, the longest with each effect', () => {
    expect(counterfactuals(defaultSet, many({ durationSeconds: 7200 }, 'ticket:comment'))).toEqual([
      'For 1 hour, Data owners would not be asked.',
    ])
    const set = setOf(
      lifting('long', 'owners', { when: 'context.durationSeconds > 3600' }),
      lifting('middling', 'security', { when: 'context.durationSeconds > 1800' }),
    )
    expect(counterfactuals(set, many({ durationSeconds: 7200 }, 'ticket:read'))).toEqual([
      'For 1 hour, Owners would not be asked.',
      'For 30 minutes, Owners and Security would not be asked.',
    ])
  })

  test('an environment that refuses is left for one that does not', () => {
    expect(counterfactuals(defaultSet, many({ environment: 'laptop' }, 'ticket:read'))).toEqual([
      'In staging, policy would allow this at once.',
      'In production, policy would allow this at once.',
    ])
  })

  test('two scopes of one action are told apart by their resource', () => {
    const other = scope('secret:read', {
      id: ScopeId.parse('X-0002'),
      resource: 'https://vault.example/s/other',
    })
    const delet = scope('ticket:delete', {
      id: ScopeId.parse('X-0003'),
      resource: 'https://tickets.example/t/9',
    })
    const asked = [
      question('ticket:delete'),
      question('secret:read', { scope: other }),
      question('ticket:read'),
    ]
    expect(counterfactuals(defaultSet, asked)).toEqual([
      'Without ticket:delete, policy would not refuse this.',
    ])
    expect(counterfactuals(defaultSet, [...asked, question('ticket:delete', { scope: delet })])).toEqual([])
    const two = [question('secret:read', { scope: { ...other, maxSeconds: 60 } }), question('secret:read')]
    expect(counterfactuals(defaultSet, two)[0]).toBe(
      'Without secret:read on vault.example/s/other, policy would not refuse this.',
    )
  })
})
