import { expect, test } from 'vitest'
import { draftOfRequest } from '@/components/requests/draft-of-request'
import type { RequestRecord } from '@/lib/domain/request-record'

const agent = (id: string) => ({ id, slug: id, purpose: '', environments: ['staging'] })
const choices = { templates: [], agents: [agent('one')], servers: [] }
const record = {
  ...{ agent: { id: 'one' }, templateId: null, goal: 'g', scopes: [], durationSeconds: 600, ticket: '' },
  ...{ justification: 'j', environment: 'staging' },
  delegation: { agents: [{ id: 'two' }, { id: 'gone' }], depth: 2 },
} as unknown as RequestRecord

test('an edit, and the same filed again, begin with the sub-agents that are still on offer', () => {
  const all = { ...choices, agents: [agent('one'), agent('two')] }
  const named = ({ subAgentIds, subAgentDepth }: ReturnType<typeof draftOfRequest>) => [
    subAgentIds,
    subAgentDepth,
  ]
  expect(named(draftOfRequest(record, all))).toEqual([['two'], '2'])
  // What an agent proposed stays for that agent, and may be handed on to any.
  expect(named(draftOfRequest(record, { ...choices, subAgents: all.agents }))).toEqual([['two'], '2'])
  expect(named(draftOfRequest({ ...record, delegation: null }, all))).toEqual([[], '1'])
})
