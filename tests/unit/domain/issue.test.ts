import { describe, expect, test } from 'vitest'
import { lifetimeOf, TOKEN_SECONDS } from '@/lib/domain/credential'
import type { LockedRows } from '@/lib/domain/grounds'
import { AgentId, GrantId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import { endOfIssue, type IssueFacts, issueProblem } from '@/lib/domain/issue'
import { Scope } from '@/lib/domain/scope'
import { USUAL_HOURS } from '@/lib/domain/working-hours'

const NOW = new Date('2026-03-02T10:00:00.400Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

const SET = PolicySetVersion.parse('a'.repeat(64))
const TENANT = TenantId.parse('T-ACME')
const [ASKS, SIGNS, OWNS] = ['P-ASKS', 'P-S1GNS', 'P-0WNS'].map((id) => PersonId.parse(id)) as [
  PersonId,
  PersonId,
  PersonId,
]
const ROW = 'U-SEC0 P-S1GNS setup'

const facts: IssueFacts = {
  now: NOW,
  policyVersion: SET,
  grant: {
    ...{
      id: GrantId.parse('G-0NE1'),
      requestId: RequestId.parse('R-0NE1'),
      tenantId: TENANT,
      status: null,
      decisionIds: [],
    },
    ...{ environment: 'staging', state: 'live', expires: later(600), durationSeconds: 600, uses: null },
  },
  request: { version: 1, goalCategory: 'support', durationSeconds: 600, breakGlass: false },
  agent: {
    ...{ id: AgentId.parse('A-0NE1'), tenantId: TENANT, slug: 'one', purpose: '', environments: ['staging'] },
    ...{ owners: [OWNS], suspended: null, identities: [], rev: 3 },
  },
  requester: { id: ASKS, issuer: 'i', subject: 's', disabled: null, roles: ['requester'] },
  scopes: [
    Scope.parse({
      ...{
        id: 'X-READ',
        action: 'ticket:read',
        resource: 'r',
        sensitivity: 1,
        dataDomain: 'd',
        maxSeconds: 600,
      },
      ...{ tenantId: TENANT, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 'i', serverType: 't' },
    }),
  ],
  stopped: [],
  above: [],
  votes: [
    {
      ...{ personId: SIGNS, tenantId: TENANT, stage: 'security', version: 1, verdict: 'approve' as const },
      ...{ signed: NOW, cut: null },
    },
  ],
  memberships: [
    { tenantId: TENANT, stage: 'security', personId: SIGNS, selfGiven: false, added: NOW, row: ROW },
  ],
  sameAccount: [],
  hours: USUAL_HOURS,
  hoursRev: 0,
  grantedBy: [],
}

const LOCKED: LockedRows = {
  now: NOW,
  policyVersion: SET,
  tenants: new Map([['T-ACME', { hoursRev: 0 }]]),
  people: new Map([ASKS, SIGNS].map((id) => [id, { disabled: null }])),
  roles: new Map([[ASKS, ['T-ACME requester', 'T-0THER approver']]]),
  memberships: new Set([ROW, 'U-MORE P-S1GNS setup']),
  agents: new Map([['A-0NE1', { suspended: null, rev: 3 }]]),
  owners: new Map([['A-0NE1', [OWNS]]]),
  servers: new Map([['S-0NE1', { suspended: null }]]),
  scopes: new Map([['X-READ', { retired: null }]]),
  grants: new Map([['G-0NE1', { state: 'live', expires: later(600) }]]),
}

const judged = (change: Partial<LockedRows> = {}) =>
  issueProblem({ facts, decidedBy: SET, scopes: facts.scopes }, { ...LOCKED, ...change })

const grant = (row: { state: 'live' | 'revoked' | 'completed'; expires: Date }) => ({
  grants: new Map([['G-0NE1', row]]),
})

describe('the last look inside the issuing transaction', () => {
  test('nothing changed: nothing stops it', () => {
    expect(judged()).toBeNull()
  })

  test.each<[string, Partial<LockedRows>, string]>([
    ['a revoked grant', grant({ state: 'revoked', expires: later(600) }), 'grant_revoked'],
    ['a completed grant', grant({ state: 'completed', expires: later(600) }), 'grant_completed'],
    ['a grant at its last moment', grant({ state: 'live', expires: NOW }), 'grant_expired'],
    ['a grant that is gone', { grants: new Map() }, 'grant_unknown'],
    ['a disabled person', { people: new Map([[ASKS, { disabled: NOW }]]) }, 'person_suspended'],
    ['a suspended agent', { agents: new Map([['A-0NE1', { suspended: NOW, rev: 3 }]]) }, 'actor_suspended'],
    ['a suspended server', { servers: new Map([['S-0NE1', { suspended: NOW }]]) }, 'target_suspended'],
    ['a server that is gone', { servers: new Map() }, 'target_suspended'],
    ['a retired scope', { scopes: new Map([['X-READ', { retired: NOW }]]) }, 'scope_not_granted'],
  ])('%s refuses', (_, change, reason) => {
    expect(judged(change)).toBe(reason)
  })

  test.each<[string, Partial<LockedRows>]>([
    ['another policy set', { policyVersion: 'b'.repeat(64) }],
    ['no policy set', { policyVersion: null }],
    ['other working hours', { tenants: new Map([['T-ACME', { hoursRev: 1 }]]) }],
    ['a changed agent', { agents: new Map([['A-0NE1', { suspended: null, rev: 4 }]]) }],
    ['another owner', { owners: new Map([['A-0NE1', [OWNS, SIGNS]]]) }],
    ['a role taken', { roles: new Map() }],
    ['a role given', { roles: new Map([[ASKS, ['T-ACME requester', 'T-ACME auditor']]]) }],
    ['a signer who left the group', { memberships: new Set<string>() }],
    [
      'a signer who was disabled',
      {
        people: new Map([
          [ASKS, { disabled: null }],
          [SIGNS, { disabled: NOW }],
        ]),
      },
    ],
  ])('%s has policy asked again', (_, change) => {
    expect(judged(change)).toBe('moved')
  })
})

describe('until when what was judged may be written', () => {
  const above = (seconds: number) => ({
    ...{
      grantId: GrantId.parse('G-0NE2'),
      state: 'live' as const,
      expires: later(seconds),
      agent: facts.agent,
    },
  })

  test('five seconds after the clock it was judged by, however long the grant lives', () => {
    expect(endOfIssue(facts)).toEqual(later(5))
  })

  test('and no longer than the grant, or one above it', () => {
    expect(endOfIssue({ ...facts, grant: { ...facts.grant, expires: later(2) } })).toEqual(later(2))
    expect(endOfIssue({ ...facts, above: [above(60), above(1)] })).toEqual(later(1))
  })
})

describe('the life of a token', () => {
  test('five minutes, in whole seconds, and never past its grant', () => {
    const whole = lifetimeOf(NOW, later(3600))
    expect(whole?.issued.toISOString()).toBe('2026-03-02T10:00:00.000Z')
    expect(Number(whole?.expires) - Number(whole?.issued)).toBe(TOKEN_SECONDS * 1000)
    const short = lifetimeOf(NOW, later(10.3))
    expect(Number(short?.expires)).toBeLessThanOrEqual(Number(later(10.3)))
    expect(lifetimeOf(NOW, later(0.5))).toBeNull()
  })
})
