import { expect, test } from 'vitest'
import { logRowOf } from '@/components/audit/log-rows'
import { EVERYTHING } from '@/lib/domain/trail-query'
import type { TrailRow } from '@/lib/domain/trail-record'

const ROW: TrailRow = {
  leaf: 48_214,
  at: new Date('2026-11-23T13:00:00Z'),
  type: 'request.filed',
  outcome: 'held',
  human: { id: 'P-0001', name: 'Requester' },
  agent: { id: 'A-0001', slug: 'refund-triage' },
  requestId: 'R-0001',
  grantId: null,
  credentialId: null,
  decisionIds: ['D-0001', 'D-0002'],
  policyIds: ['only-on-the-server'],
  data: { note: 'Only on the server.' },
}
const PLACE = { query: EVERYTHING }

test('a line of the trail holds its words and addresses', () => {
  expect(logRowOf(ROW, PLACE)).toEqual({
    leaf: 48_214,
    number: '48,214',
    href: '/audit/48214#entry',
    at: ROW.at,
    tone: 'wait',
    type: 'request.filed',
    about: 'R-0001',
    human: { name: 'Requester', href: '/audit?human=P-0001' },
    agent: 'refund-triage',
    decision: { id: 'D-0001', href: '/audit/48214#D-0001', others: 1 },
  })
})

test('and nothing else of an entry goes to a browser', () => {
  expect(JSON.stringify(logRowOf(ROW, PLACE))).not.toMatch(/only.on.the.server/i)
})

test('a line without human, agent and decision says so', () => {
  const bare = { ...ROW, human: null, agent: null, decisionIds: [] }
  expect(logRowOf(bare, PLACE)).toMatchObject({ human: null, agent: null, decision: null })
})
