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
  expect(words).toEqual({
    words: '',
    lexemes: [
      'credential.issued',
      'allowed',
      'r-01234567',
      'g-01234567',
      'c-0123456789abcdef',
      'd-0123456789ab',
      'tasks-may-read',
      'may-read',
      'read',
      'tickets.example',
      'ab'.repeat(32),
      'ticket:read',
    ],
  })
})

const heldOf = (data: Record<string, string>) => {
  const { words, lexemes } = wordsOf({ type: 'request.filed', outcome: 'held', data })
  return { words, lexemes: lexemes.slice(2) }
}

test('texts of several words are taken apart by the database, addresses are found by host and by each step of their path', () => {
  expect(heldOf({ scope: 'ticket:read ticket:comment', name: 'Second approver' })).toEqual({
    words: 'ticket:read ticket:comment Second approver',
    lexemes: [],
  })
  expect(heldOf({ resource: 'HTTPS://Tickets.example/t/4711' }).lexemes).toEqual([
    'tickets.example/t/4711',
    't/4711',
    '4711',
  ])
  expect(heldOf({ reason: 'actor_key_mismatch' }).lexemes).toEqual([
    'actor_key_mismatch',
    'key_mismatch',
    'mismatch',
  ])
  expect(heldOf({ name: 'Tickets(EU)' }).words).toBe('Tickets(EU)')
})

test('what is no name stays whole, and nothing is longer than the index takes', () => {
  const thumbprint = 'CdRdPGE9CHz0C-Voqwp9pNROgPbPTqxvj0EuqC37I58'
  expect(heldOf({ key: thumbprint }).lexemes).toEqual([thumbprint.toLowerCase()])
  const [longest = ''] = heldOf({ text: '\u{1d4d0}'.repeat(3000) }).lexemes
  expect(Buffer.byteLength(longest)).toBe(1000)
  expect(heldOf({ text: 'https://' }).lexemes).toEqual([])
})
