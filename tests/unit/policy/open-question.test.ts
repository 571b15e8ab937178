import { describe, expect, test } from 'vitest'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { JsonObject } from '@/lib/domain/json'
import { checkActivation } from '@/lib/policy/activation'
import { decide } from '@/lib/policy/decide'
import { loadPolicySet } from '@/lib/policy/load'
import { decideOpen } from '@/lib/policy/open-question'
import { replay } from '@/lib/policy/replay'
import { defaultSet, question } from './world'

const SCHEMA = `
entity User { level: Long };
entity Record { level: Long, sensitivity?: Long };
action view appliesTo { principal: User, resource: Record, context: { breakGlass?: Bool, purpose?: String } };`
const POLICIES = `
@id("level") @says("By level.") permit (principal, action, resource) when { principal.level >= resource.level };
@id("public") @says("Public.") permit (principal, action, resource)
  when { resource has sensitivity && resource.sensitivity == 1 };
@id("glass") @says("Glass.") permit (principal, action, resource) when { context has breakGlass };`
const set = loadPolicySet({ schema: SCHEMA, policies: [{ name: 'a.cedar', text: POLICIES }] })

type Said = { type?: string; action?: string; level?: unknown; record?: JsonObject; context?: JsonObject }
const ask = ({ type = 'user', action = 'view', level = 3, record = {}, context = {} }: Said = {}) =>
  decideOpen(set, {
    subject: { type, id: 'alice', properties: { level } },
    action: { name: action },
    resource: { type: 'RECORD', id: '17', properties: { level: 2, ...record } },
    context,
  } as Evaluation)

describe('a question in the words of any schema', () => {
  test('is answered by what the caller says of entities that are not stored', () => {
    expect(ask()).toMatchObject({ verdict: 'allowed', policies: [{ id: 'level' }] })
    expect(ask({ level: 1 })).toMatchObject({ verdict: 'refused', errors: [] })
  })

  test('answers the same when its stored input is read again', () => {
    for (const said of [{}, { level: 1 }, { context: { purpose: 'work' } }, { level: 'high' }]) {
      const answer = ask(said)
      expect(answer && replay(set, answer.input)).toEqual(answer)
    }
  })

  test('is refused when it does not fit the schema', () => {
    const strange: Said[] = [
      { level: 'high' },
      { level: 2 ** 54 },
      { level: 1.5 },
      { record: { more: 1 } },
      { context: { x: 1 } },
    ]
    for (const said of strange)
      expect(ask(said)).toMatchObject({ verdict: 'refused', errors: [expect.any(String)] })
    let deep: JsonObject = {}
    for (let level = 0; level < 20; level += 1) deep = { deep }
    expect(ask({ context: deep })).toMatchObject({ verdict: 'refused', errors: [expect.any(String)] })
  })

  test('has no say in what this server knows itself', () => {
    expect(ask({ level: 1, record: { sensitivity: 1 } })?.verdict).toBe('refused')
    expect(ask({ level: 1, context: { breakGlass: true, approvals: ['security'] } })?.verdict).toBe('refused')
  })

  test('is none without its words, and none about entities that are stored', () => {
    expect(ask({ type: 'person' })).toBeNull()
    expect(ask({ action: 'fly' })).toBeNull()
    const agent = { subject: { type: 'agent', id: 'A-0001' }, action: { name: 'ticket:read' } }
    expect(decideOpen(defaultSet, { ...agent, resource: { type: 'resource', id: 'x' } })).toBeNull()
  })

  test('two types that differ by case are named exactly', () => {
    const two = loadPolicySet({
      schema:
        'entity User; entity user; entity Record; action view appliesTo { principal: [User, user], resource: Record };',
      policies: [
        { name: 'a.cedar', text: '@id("a") @says("A.") permit (principal is User, action, resource);' },
      ],
    })
    const as = (type: string) =>
      decideOpen(two, {
        subject: { type, id: '1' },
        action: { name: 'view' },
        resource: { type: 'record', id: '1' },
      })
    expect(as('User')?.verdict).toBe('allowed')
    expect(as('user')?.verdict).toBe('refused')
    expect(as('USER')).toBeNull()
  })
})

test('an agent is never asked about with an action of other principals', () => {
  expect(checkActivation(set, new Map())).toEqual([])
  expect(decide(set, question('view'))).toMatchObject({ verdict: 'refused', errors: [expect.any(String)] })
})
