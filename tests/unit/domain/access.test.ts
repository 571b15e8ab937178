import { describe, expect, test } from 'vitest'
import { ABILITIES, type Ability, may, navigationOf, PAGES, Role } from '@/lib/domain/access'

/** What each role may, written down beside the table: a slip in one of them is seen here. */
const EVERYBODY = [
  'home.see',
  'request.see_own',
  'grant.see_own',
  'agent.see',
  'trail.see_own',
  'notice.see_own',
  'sign_in.see_own',
]
const MAY: Readonly<Record<Role, readonly string[]>> = {
  requester: [...EVERYBODY, 'request.file', 'request.comment', 'request.break_glass'],
  approver: [
    ...EVERYBODY,
    'request.see_groups',
    'request.comment',
    'break_glass.review',
    'approval.see',
    'approval.decide',
    'deputy.name',
    'policy.see',
  ],
  auditor: [
    ...EVERYBODY,
    ...[
      'trust.see',
      'request.see_all',
      'request.see_proposed',
      'grant.see_all',
      'server.see',
      'policy.see',
      'trail.see_all',
      'trail.export',
    ],
    ...['hours.see', 'people.see', 'deciding.see', 'proposal.see', 'webhook.see'],
  ],
  administrator: [
    ...EVERYBODY,
    ...['request.see_all', 'grant.see_all', 'grant.revoke_any', 'agent.change', 'server.see', 'policy.see'],
    ...['trail.see_all', 'trail.export', 'people.see', 'deciding.see', 'sign_in.end_any'],
    ...[
      'hours.see',
      'hours.change',
      'trust.see',
      'template.change',
      'trust.change',
      'key.change',
      'server.change',
      'people.change',
      'proposal.see',
      'proposal.decide',
      'webhook.see',
      'webhook.change',
    ],
    ...['request.comment', 'break_glass.review'],
  ],
}

const SEES: Readonly<Record<Role, readonly string[]>> = {
  requester: ['/', '/requests', '/requests/new', '/grants', '/agents', '/audit', '/settings'],
  approver: ['/', '/approvals', '/requests', '/grants', '/agents', '/policies', '/audit', '/settings'],
  auditor: ['/', '/requests', '/grants', '/agents', '/resources', '/policies', '/audit', '/settings'],
  administrator: ['/', '/requests', '/grants', '/agents', '/resources', '/policies', '/audit', '/settings'],
}

const abilities = Object.keys(ABILITIES) as Ability[]

describe.each(Role.options)('the role %s', (role) => {
  test.each(abilities)('and %s', (ability) => {
    expect(may({ roles: [role] }, ability)).toBe(MAY[role].includes(ability))
  })

  test('has the menu of what it may see', () => {
    expect(navigationOf({ roles: [role] }).map(({ href }) => href)).toEqual(SEES[role])
  })
})

test('nothing is allowed to somebody without a role', () => {
  for (const ability of abilities) expect(may({ roles: [] }, ability)).toBe(false)
  expect(navigationOf({ roles: [] })).toEqual([])
})

test('A54: the compliance officer reads and exports, and that is all', () => {
  const theirs = abilities.filter((ability) => may({ roles: ['auditor'] }, ability))
  expect(theirs.filter((ability) => !/\.see(_|$)/.test(ability))).toEqual(['trail.export'])
})

test('an administrator decides nothing by being one', () => {
  expect(may({ roles: ['administrator'] }, 'approval.decide')).toBe(false)
  expect(may({ roles: ['administrator'] }, 'request.file')).toBe(false)
})

test('every page is named once', () => {
  expect(new Set(PAGES.map(({ href }) => href)).size).toBe(PAGES.length)
})
