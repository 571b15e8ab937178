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
type Place = { city?: String, at?: { floor: Long } };
entity Record { level: Long, sensitivity?: Long, owner?: User, place?: Place, places?: Set<Place> };
action view appliesTo {
  principal: User, resource: Record, context: { breakGlass?: Bool, purpose?: String, time?: Long }
};
action list appliesTo { principal: User, resource: Record };`
const POLICIES = `
@id("level") @says("By level.") permit (principal, action, resource) when { principal.level >= resource.level };
@id("public") @says("Public.") permit (principal, action, resource)
  when { resource has sensitivity && resource.sensitivity == 1 };
@id("glass") @says("Glass.") permit (principal, action == Action::"view", resource)
  when { context has breakGlass || context has time };`
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
      { record: { place: { city: 7 } } },
      { record: { places: [{ at: { floor: 'first' } }] } },
      { context: { purpose: 7 } },
    ]
    for (const said of strange)
      expect(ask(said)).toMatchObject({ verdict: 'refused', errors: [expect.any(String)] })
  })

  test('ignores what the schema does not know, at any depth', () => {
    let deep: JsonObject = {}
    for (let level = 0; level < 20; level += 1) deep = { deep }
    const place = { city: 'Ulm', at: { floor: 1, room: 7 }, country: 'DE' }
    const record = { more: 1, constructor: 1, owner: { type: 'User', id: 'bob' }, place, places: [place] }
    const answer = ask({ record, context: { x: 1, purpose: 'work', ...deep } })
    expect(answer).toMatchObject({ verdict: 'allowed', errors: [] })
    const { context, entities } = JSON.parse(answer?.input ?? '')
    const known = { city: 'Ulm', at: { floor: 1 } }
    expect(context).toEqual({ purpose: 'work' })
    expect(entities[1].attrs).toEqual({
      ...{ level: 2, owner: { type: 'User', id: 'bob' }, place: known, places: [known] },
    })
    expect(ask({ action: 'list', context: { purpose: 'work' } })?.verdict).toBe('allowed')
  })

  test('has no say in what this server knows itself', () => {
    expect(ask({ level: 1, record: { sensitivity: 1 } })?.verdict).toBe('refused')
    expect(ask({ level: 1, context: { breakGlass: true, approvals: ['security'] } })?.verdict).toBe('refused')
    expect(ask({ level: 1, context: { time: 1 } })).toMatchObject({ verdict: 'refused', errors: [] })
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

test('a schema with a namespace is not activated, since no question can name what is in it', () => {
  const text = `@id("a") @says("A.") permit (principal, action == Acme::Action::"view", resource);`
  const schema = 'namespace Acme { entity User; action view appliesTo { principal: User, resource: User }; }'
  const named = loadPolicySet({ schema, policies: [{ name: 'a.cedar', text }] })
  expect(checkActivation(named, new Map())).toEqual([expect.stringMatching(/namespace Acme/)])
})

test('an agent is never asked about with an action of other principals', () => {
  expect(checkActivation(set, new Map())).toEqual([])
  expect(decide(set, question('view'))).toMatchObject({ verdict: 'refused', errors: [expect.any(String)] })
})
