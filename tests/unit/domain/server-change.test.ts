import { describe, expect, test } from 'vitest'
import { ResourceServerId, ScopeId } from '@/lib/domain/ids'
import { RuleChange } from '@/lib/domain/rule-change'
import {
  isServerChange,
  keptWords,
  ServerChange,
  type ServerFacts,
  serverEffect,
  verdictWords,
} from '@/lib/domain/server-change'

const ID = ResourceServerId.parse('S-0NE1')
const KEY = { jkt: 'thumb', jwk: { kty: 'EC' } }
const SERVER = {
  ...{ name: 'Tickets', identifier: 'https://tickets.example', checks: 'offline' as const },
  ...{ key: null, secret: null, rev: 4 },
}
const SCOPE = {
  ...{ action: 'ticket:read', resource: 'https://tickets.example/t/1' },
  ...{ sensitivity: 1 as const, dataDomain: 'tickets', maxSeconds: 3600 },
}
const FACTS: ServerFacts = { server: SERVER, scope: SCOPE, isTaken: false }

const add = {
  ...{ kind: 'server.add' as const, name: 'Tickets', identifier: 'https://tickets.example' },
  ...{ type: 'tickets', checks: 'offline' as const, key: null },
}
const set = { kind: 'server.set' as const, serverId: ID, checks: 'asking' as const, key: KEY }
const classified = { sensitivity: 3 as const, dataDomain: 'tickets', maxSeconds: 1800 }
const addScope = {
  ...{ kind: 'scope.add' as const, serverId: ID, action: 'ticket:comment' },
  ...{ resource: 'https://tickets.example/t/1', ...classified },
}
const setScope = { kind: 'scope.set' as const, serverId: ID, scopeId: ScopeId.parse('X-0NE1'), ...classified }

const retire = { kind: 'scope.retire' as const, serverId: ID, scopeId: setScope.scopeId }
const remove = { kind: 'server.remove' as const, serverId: ID }

describe('what a change of a server comes to', () => {
  test.each([
    [
      'a server',
      add,
      'none',
      'https://tickets.example, type tickets; Verifies offline with published keys; no key',
    ],
    [
      'another check',
      set,
      'Verifies offline with published keys; no key',
      'Asks for a decision before each call; key thumb',
    ],
    ['a scope', addScope, 'none', 'High sensitivity; tickets; at most 30 minutes'],
    [
      'a classification',
      setScope,
      'Low sensitivity; tickets; at most 60 minutes',
      'High sensitivity; tickets; at most 30 minutes',
    ],
    ['a scope that is retired', retire, 'Low sensitivity; tickets; at most 60 minutes', 'retired'],
    [
      'a server that is removed',
      remove,
      'Verifies offline with published keys; no key',
      'removed, with its scopes',
    ],
  ])('%s is said in words', (_, change, before, after) => {
    expect(serverEffect(change, FACTS)).toMatchObject({ ok: true, value: { before, after } })
    expect(RuleChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change)
    expect(isServerChange(change)).toBe(true)
  })

  test('goes over the version of the server that was read', () => {
    expect(serverEffect(setScope, FACTS)).toMatchObject({ value: { rev: 4 } })
    expect(serverEffect(add, FACTS)).toMatchObject({ value: { rev: 0 } })
  })

  test.each([
    ['an identifier somebody has', add, { isTaken: true }, 'server_exists'],
    ['a scope that is offered', addScope, { isTaken: true }, 'scope_exists'],
    ['a server of nobody', set, { server: null }, 'not_found'],
    ['a scope of nobody', setScope, { scope: null }, 'not_found'],
    ['retiring a scope of nobody', retire, { scope: null }, 'not_found'],
    ['removing a server of nobody', remove, { server: null }, 'not_found'],
    [
      'what is so already',
      { ...setScope, sensitivity: 1 as const, maxSeconds: 3600 },
      {},
      'nothing_to_change',
    ],
    ['asking without a key', { ...set, key: null }, {}, 'invalid'],
    ['a new server that asks without a key', { ...add, checks: 'asking' as const }, {}, 'invalid'],
    [
      'a resource of another server',
      { ...addScope, resource: 'https://tickets.example.evil/t' },
      {},
      'invalid',
    ],
    ['a resource beside it', { ...addScope, resource: 'https://tickets.examples/t' }, {}, 'invalid'],
  ])('%s is refused', (_, change, more, code) => {
    expect(serverEffect(change, { ...FACTS, ...more })).toMatchObject({ ok: false, refusal: { code } })
  })

  test('keeps the key it has where none is given', () => {
    const facts = { ...FACTS, server: { ...SERVER, key: 'old' } }
    const effect = serverEffect({ ...set, key: null }, facts)
    expect(effect).toMatchObject({ value: { after: 'Asks for a decision before each call; key old' } })
  })
})

describe('the form', () => {
  test.each([
    [add, { identifier: 'https://Tickets.example' }],
    [add, { identifier: 'https://tickets.example/' }],
    [add, { identifier: 'https://tickets.example?a=1' }],
    [add, { identifier: 'https://tickets.example#a' }],
    [add, { identifier: 'https://tіckets.example' }],
    [add, { identifier: 'tickets' }],
    [add, { name: 'Tick\u200bets' }],
    [add, { type: 'Tickets!' }],
    [addScope, { resource: 'https://tickets.example/t 1' }],
    [addScope, { dataDomain: 'Personal Data' }],
    [addScope, { sensitivity: 4 }],
    [addScope, { maxSeconds: 59 }],
    [setScope, { maxSeconds: 86_401 }],
    [setScope, { scopeId: ID }],
  ])('%# takes no other spelling', (change, more) => {
    expect(ServerChange.safeParse(change).success).toBe(true)
    expect(ServerChange.safeParse({ ...change, ...more }).success).toBe(false)
  })
})

test('what stays is counted in words', () => {
  expect(keptWords('scope.set', { requests: 1, grants: 2 })).toContain(
    '1 waiting request and 2 live grants keep',
  )
  expect(keptWords('server.set')).toContain('0 waiting requests and 0 live grants stay')
})

test('what policy says is said in a few words', () => {
  expect(verdictWords({ verdict: 'allowed', stages: [] })).toBe('allowed at once')
  expect(verdictWords({ verdict: 'refused', stages: [] })).toBe('refused by policy')
  const stages = [
    { name: 'security', quorum: 2 },
    { name: 'data-owners', quorum: 1 },
  ]
  expect(verdictWords({ verdict: 'held', stages })).toBe('needs security (2), data-owners (1)')
})
