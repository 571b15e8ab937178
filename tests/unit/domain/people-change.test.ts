import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/domain/access'
import { GroupId, PersonId } from '@/lib/domain/ids'
import {
  type ChangeFacts,
  disabling,
  effectOf,
  gainsOf,
  leaveGroup,
  PeopleChange,
  type PersonState,
} from '@/lib/domain/people-change'

const ID = PersonId.parse('P-0000000001')
const OTHER = PersonId.parse('P-0000000002')
const SECURITY = GroupId.parse('U-00000001')
const LEGAL = { id: GroupId.parse('U-00000002'), slug: 'legal', name: 'Legal', rev: 4 }
const NOW = new Date('2026-11-25T12:00:00Z')

const person = (changes: Partial<PersonState> = {}): PersonState => ({
  id: ID,
  name: 'Ada',
  rev: 7,
  disabled: null,
  roles: ['approver', 'requester'],
  seats: [{ groupId: SECURITY, slug: 'security', name: 'Security', isSelfGiven: false, added: NOW }],
  worksElsewhere: false,
  ...changes,
})

const facts = (changes: Partial<ChangeFacts> = {}): ChangeFacts => ({
  person: person(),
  group: LEGAL,
  isSlugTaken: false,
  leftOver: 0,
  administrators: [{ personId: ID, disabled: null }],
  ...changes,
})

const role = (kind: 'role.give' | 'role.take', of: Role) => ({ kind, personId: ID, role: of }) as const
const JOIN = { kind: 'group.join', personId: ID, groupId: LEGAL.id } as const
const ENABLE = { kind: 'person.enable', personId: ID } as const
const RESET = { kind: 'factor.reset', personId: ID } as const
const BOTH = { hasApp: true, passkeys: 2 }
const ADD = { kind: 'group.add', slug: 'legal', name: 'Legal' } as const
const RENAME = { kind: 'group.rename', groupId: LEGAL.id, name: 'Law' } as const
const disabled = person({ disabled: NOW })

describe('what a change does', () => {
  test.each<[string, PeopleChange, ChangeFacts, string, string, number]>([
    [
      'giving',
      role('role.give', 'auditor'),
      facts(),
      'Requester, Approver',
      'Requester, Approver, Compliance officer',
      7,
    ],
    ['taking', role('role.take', 'requester'), facts(), 'Requester, Approver', 'Approver', 7],
    ['joining', JOIN, facts(), 'Security', 'Legal, Security', 7],
    ['enabling', ENABLE, facts({ person: disabled }), 'Disabled', 'Active', 7],
    ['resetting', RESET, facts({ factors: BOTH }), 'authenticator app, 2 passkeys', 'none', 7],
    ['adding', ADD, facts(), 'none', 'Legal', 0],
    ['renaming', RENAME, facts(), 'Legal', 'Law', 4],
  ])('%s', (_, change, of, before, after, rev) => {
    expect(effectOf(change, of)).toMatchObject({ ok: true, value: { before, after, rev } })
  })

  test('taking the role Approver takes every seat', () => {
    const effect = effectOf(role('role.take', 'approver'), facts())
    expect(effect).toMatchObject({ ok: true, value: { falls: person().seats } })
    expect(effectOf(role('role.take', 'requester'), facts())).toMatchObject({ value: { falls: [] } })
  })

  test.each<[string, PeopleChange, ChangeFacts]>([
    ['nothing_to_change', role('role.give', 'approver'), facts()],
    ['nothing_to_change', role('role.take', 'auditor'), facts()],
    ['nothing_to_change', { ...JOIN, groupId: SECURITY }, facts({ group: { ...LEGAL, id: SECURITY } })],
    ['nothing_to_change', { ...RENAME, name: 'Legal' }, facts()],
    ['nothing_to_change', ENABLE, facts()],
    ['nothing_to_change', RESET, facts({ factors: { hasApp: false, passkeys: 0 } })],
    ['person_disabled', RESET, facts({ person: disabled, factors: BOTH })],
    ['works_elsewhere', RESET, facts({ person: person({ worksElsewhere: true }), factors: BOTH })],
    ['person_disabled', role('role.give', 'auditor'), facts({ person: disabled })],
    ['person_disabled', JOIN, facts({ person: disabled })],
    ['not_an_approver', JOIN, facts({ person: person({ roles: ['requester'] }) })],
    [
      'last_role_disabled',
      role('role.take', 'requester'),
      facts({ person: person({ roles: ['requester'], disabled: NOW }) }),
    ],
    ['last_role', role('role.take', 'requester'), facts({ person: person({ roles: ['requester'] }) })],
    [
      'last_administrator',
      role('role.take', 'administrator'),
      facts({ person: person({ roles: ['administrator', 'requester'] }) }),
    ],
    ['still_ending', ENABLE, facts({ person: disabled, leftOver: 1 })],
    ['group_exists', ADD, facts({ isSlugTaken: true })],
    ['not_found', role('role.give', 'auditor'), facts({ person: null })],
    ['not_found', JOIN, facts({ group: null })],
    ['not_found', RENAME, facts({ group: null })],
  ])('is refused as %s', (code, change, of) => {
    expect(effectOf(change, of)).toMatchObject({ ok: false, refusal: { code } })
  })

  test('only giving benefits somebody', () => {
    const changes = [role('role.give', 'auditor'), JOIN, ENABLE, role('role.take', 'auditor'), ADD, RENAME]
    expect(changes.map(gainsOf)).toEqual([ID, ID, ID, null, null, null])
  })
})

test('a seat is taken once', () => {
  expect(leaveGroup(person(), SECURITY)).toMatchObject({ value: { before: 'Security', after: 'none' } })
  expect(leaveGroup(person(), LEGAL.id)).toMatchObject({ refusal: { code: 'nothing_to_change' } })
})

describe('disabling', () => {
  const two = [ID, OTHER].map((personId) => ({ personId, disabled: null }))
  test.each([
    ['nothing_to_change', OTHER, disabled, two],
    ['last_administrator', OTHER, person(), two.slice(0, 1)],
    ['last_administrator', ID, person(), two.slice(0, 1)],
    ['own_account', ID, person(), two],
    ['works_elsewhere', OTHER, person({ worksElsewhere: true }), two],
  ])('is refused as %s', (code, by, who, administrators) => {
    expect(disabling(by, who, administrators)).toMatchObject({ ok: false, refusal: { code } })
  })

  test('is done by another administrator', () => {
    expect(disabling(OTHER, person(), two)).toMatchObject({ value: { before: 'Active', after: 'Disabled' } })
  })
})

test('what is proposed is parsed to the letter', () => {
  const bad = [
    { ...role('role.give', 'auditor'), role: 'root' },
    { ...ADD, slug: 'Legal' },
    { ...ADD, slug: 'l' },
    { ...ADD, name: 'Le\u202Egal' },
    { ...ADD, name: ' ' },
    { ...RENAME, name: 'x'.repeat(61) },
    { kind: 'person.disable', personId: ID },
    { ...JOIN, personId: 'G-00000001' },
  ]
  for (const change of bad) expect(PeopleChange.safeParse(change).success).toBe(false)
  expect(PeopleChange.parse({ ...ADD, state: 'activated' })).toEqual(ADD)
})
