import { expect, test } from 'vitest'
import { setupSteps } from '@/lib/domain/setup-steps'

const EMPTY = {
  ...{ hasPolicy: true, servers: [], agents: [], unidentified: new Set<string>() },
  people: [{ disabled: null, roles: ['administrator' as const] }],
  groups: [{ members: [] }],
}
const agents = [{ id: 'A-ABCD', slug: 'refund-triage' }]
const open = (there: Parameters<typeof setupSteps>[0]) =>
  setupSteps(there)?.flatMap(({ title, href, isDone }) => (isDone ? [] : [`${title}: ${href}`]))

test('an installation on its first day says what is missing, and where it is done', () => {
  expect(open(EMPTY)).toEqual([
    'A second administrator agrees to changes: /settings',
    'Every approver group has people: /settings',
    'Somebody has the role Requester: /settings',
    'A resource server offers scopes: /resources',
    'An agent is registered: /agents',
    'An agent has an identity: /agents',
  ])
})

test('a server without scopes offers none, and an agent without an identity is led to its page', () => {
  const there = { ...EMPTY, servers: [{ scopes: [] }], agents, unidentified: new Set(['A-ABCD']) }
  expect(open(there)).toContain('A resource server offers scopes: /resources')
  expect(open(there)).toContain('An agent has an identity: /agents/refund-triage')
  expect(open(there)).not.toContain('An agent is registered: /agents')
})

test('who is disabled counts for nothing', () => {
  const people = [{ disabled: new Date(0), roles: ['administrator' as const, 'requester' as const] }]
  expect(open({ ...EMPTY, people: [...EMPTY.people, ...people] })).toContain(
    'Somebody has the role Requester: /settings',
  )
})

test('it is over as soon as somebody can be given access', () => {
  const people = [{ disabled: null, roles: ['administrator' as const, 'requester' as const] }]
  expect(setupSteps({ ...EMPTY, people, agents, servers: [{ scopes: ['one'] }] })).toBeNull()
})
