import { expect, test } from 'vitest'
import { type AgentRegistration, registrationEffect } from '@/lib/domain/agent-registration'
import { subjectOf } from '@/lib/domain/change-name'
import { AgentId, GroupId, PersonId, ResourceServerId, ScopeId } from '@/lib/domain/ids'
import type { RuleChange, RuleFacts } from '@/lib/domain/rule-change'

const ada = PersonId.parse('P-ADAA')
const agentId = AgentId.parse('A-ABCD')
const serverId = ResourceServerId.parse('S-ABCD')
const noFacts: RuleFacts = {
  ...{ person: null, group: null, isSlugTaken: false, leftOver: 0, administrators: [] },
  ...{ webhook: null, hours: null, trust: null, server: null, registration: null, template: null },
}

test('a proposal that cannot be made any more is called what it was called while it could', () => {
  const adding: AgentRegistration = {
    ...{ kind: 'agent.add', agentId, slug: 'secret-reader', purpose: 'Reads.' },
    ...{ owners: [ada], environments: ['staging'] },
  }
  const facts = { agent: null, people: [{ id: ada, name: 'Ada', isActive: true }] }
  const [possible, taken] = [[], ['secret-reader']].map((slugs) =>
    registrationEffect(adding, { ...facts, slugs }),
  )
  expect(taken).toMatchObject({ ok: false })
  expect(possible).toMatchObject({ value: { of: 'Agent secret-reader' } })
  expect(subjectOf(adding, noFacts)).toBe('Agent secret-reader')
})

test('nothing that is to be added is called by the name of its kind', () => {
  const classified = { sensitivity: 1, dataDomain: 'support', maxSeconds: 600 } as const
  const resource = 'https://tickets.example/1'
  const scope: RuleChange = { kind: 'scope.add', serverId, action: 'ticket:read', resource, ...classified }
  expect(subjectOf(scope, noFacts)).toBe('Scope ticket:read on https://tickets.example/1')
  expect(subjectOf({ kind: 'group.add', slug: 'legal', name: 'Legal' }, noFacts)).toBe('Group legal')
})

test('what only names an id is called as the facts know it, or is gone', () => {
  const groupId = GroupId.parse('U-ABCD')
  const renaming: RuleChange = { kind: 'group.rename', groupId, name: 'Law' }
  const group = { id: groupId, slug: 'legal', name: 'Legal', rev: 1, added: new Date(0) }
  expect(subjectOf(renaming, { ...noFacts, group })).toBe('Legal')
  const retiring: RuleChange = { kind: 'scope.retire', serverId, scopeId: ScopeId.parse('X-ABCD') }
  expect(subjectOf(retiring, noFacts)).toBe('Something that is gone')
})
