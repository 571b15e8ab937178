import { expect, test } from 'vitest'
import { wordsOf } from '@/lib/data/words'
import { CredentialId, DecisionId, GrantId, RequestId } from '@/lib/domain/ids'

test('an event is found by its ids and by every text of its data, each once, and not by moments or digests', () => {
  const decision = DecisionId.parse('D-0123456789AB')
  const words = wordsOf({
    type: 'credential.issued',
    outcome: 'allowed',
    requestId: RequestId.parse('R-01234567'),
    grantId: GrantId.parse('G-01234567'),
    credentialId: CredentialId.parse('C-0123456789ABCDEF'),
    decisionIds: [decision],
    policyIds: ['tasks-may-read'],
    data: {
      server: 'https://tickets.example',
      issued: '2026-11-26T00:36:17.000Z',
      policySet: 'ab'.repeat(32),
      scopes: [{ decision, input: 'cd'.repeat(32), action: 'ticket:read', sensitivity: 1, retired: null }],
    },
  })
  expect(words).toEqual([
    'credential.issued',
    'allowed',
    'R-01234567',
    'G-01234567',
    'C-0123456789ABCDEF',
    decision,
    'tasks-may-read',
    'https://tickets.example',
    'ab'.repeat(32),
    'ticket:read',
  ])
})
