import { describe, expect, test } from 'vitest'
import { type Agent, actingAgents } from '@/lib/domain/agent'
import { MAX_DEPTH } from '@/lib/domain/child-depth'
import { ChildAsk, childFacts, draftChild, MAX_BELOW, type Tree } from '@/lib/domain/child-grant'
import { AgentId, GrantId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import { Scope } from '@/lib/domain/scope'
import { isWithin } from '@/lib/domain/uses'
import { USUAL_HOURS } from '@/lib/domain/working-hours'
import fc from '@/tests/harness/fast-check'

const NOW = new Date('2026-03-02T09:00:00.000Z')
const TENANT = TenantId.parse('T-ACME')
const OWNER = PersonId.parse('P-0WNS')
const [ASKS, SIGNS] = [PersonId.parse('P-ASKS'), PersonId.parse('P-S1GN')]

const agent = (id: string, more: Partial<Agent> = {}): Agent => ({
  ...{ id: AgentId.parse(id), tenantId: TENANT, slug: id, purpose: '', environments: ['staging'] },
  ...{ owners: [OWNER], suspended: null, identities: [], rev: 1 },
  ...more,
})

const scope = (action: string, server: string) =>
  Scope.parse({
    ...{ id: `X-${action.toUpperCase()}${server.toUpperCase()}`, action, resource: `https://${server}/1` },
    ...{
      sensitivity: 1,
      dataDomain: 'd',
      maxSeconds: 86_400,
      tenantId: TENANT,
      serverId: `S-${server.toUpperCase()}0`,
    },
    ...{ serverName: server, serverIdentifier: `https://${server}`, serverType: 't' },
  })
const SCOPES = ['a', 'b'].flatMap((server) =>
  ['read', 'send', 'make'].map((action) => scope(action, `t0${server}`)),
)

const parentOf = (scopes: readonly Scope[], seconds: number, uses: number | null): IssueFacts => ({
  now: NOW,
  policyVersion: PolicySetVersion.parse('0'.repeat(64)),
  grant: {
    ...{ id: GrantId.parse('G-R00T'), requestId: RequestId.parse('R-R00T'), tenantId: TENANT, status: null },
    ...{ environment: 'staging', state: 'live', expires: new Date(NOW.getTime() + seconds * 1000) },
    ...{ durationSeconds: seconds + 100, uses, decisionIds: [] },
  },
  request: { version: 2, goalCategory: 'support', durationSeconds: seconds + 100, breakGlass: true },
  agent: agent('A-0NE1'),
  requester: { id: ASKS, issuer: 'i', subject: 's', disabled: null, roles: ['requester'] },
  votes: [
    {
      ...{ personId: SIGNS, tenantId: TENANT, stage: 'security', version: 2, verdict: 'approve' as const },
      ...{ signed: NOW, cut: null },
    },
  ],
  ...{
    scopes,
    memberships: [],
    stopped: [],
    sameAccount: [],
    grantedBy: [],
    hours: USUAL_HOURS,
    hoursRev: 0,
    above: [],
  },
})

const tree = (more: Partial<Tree> = {}): Tree => ({
  ...{
    rootId: GrantId.parse('G-R00T'),
    depth: MAX_DEPTH,
    usesLeft: null,
    below: 0,
    signers: [],
    delegation: null,
  },
  ...more,
})

const some = fc.subarray(['read', 'send', 'make'], { minLength: 1, maxLength: 2 })
const asks = fc.record(
  {
    agent: fc.constant('A-TW02'),
    resources: fc.array(
      fc.record(
        {
          resource: fc.constantFrom('https://t0a', 'https://t0b'),
          scope: some.map((names) => names.join(' ')),
        },
        { requiredKeys: ['resource'] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    expires_in: fc.integer({ min: 1, max: 2000 }),
    uses: fc.integer({ min: 1, max: 12 }),
    depth: fc.integer({ min: 0, max: MAX_DEPTH }),
  },
  { requiredKeys: ['agent', 'resources'] },
)
const parents = fc.record({
  scopes: fc.subarray(SCOPES, { minLength: 4 }),
  seconds: fc.integer({ min: 0, max: 3600 }),
  uses: fc.option(fc.integer({ min: 0, max: 10 }), { freq: 1 }),
  depth: fc.integer({ min: 0, max: MAX_DEPTH }),
})

describe('a child grant', () => {
  test('never exceeds its parent in anything, whatever is asked for', () => {
    let opened = 0
    fc.assert(
      fc.property(parents, asks, ({ scopes, seconds, uses, depth }, asked) => {
        const parent = parentOf(scopes, seconds, uses)
        const draft = draftChild(
          parent,
          tree({ usesLeft: uses, depth }),
          agent('A-TW02'),
          ChildAsk.parse(asked),
        )
        if (!draft.ok) return
        opened += 1
        const { terms } = draft
        expect(terms.scopes.length).toBeGreaterThan(0)
        expect(terms.scopes.filter((one) => !scopes.includes(one))).toEqual([])
        expect(isWithin(uses, terms.uses)).toBe(true)
        expect(terms.depth).toBeLessThan(depth)
        const ids = { id: GrantId.parse('G-R00TCH1D'), requestId: RequestId.parse('R-CH1D') }
        const child = childFacts(parent, { ...ids, agent: draft.agent, terms, delegation: null })
        expect(child.grant.expires.getTime()).toBeLessThanOrEqual(parent.grant.expires.getTime())
        expect(child.grant.expires.getTime()).toBeGreaterThan(NOW.getTime())
        expect(child.grant.environment).toBe(parent.grant.environment)
        // Nobody has signed for it, and nobody broke glass for it.
        expect([child.votes, child.memberships, child.request.breakGlass]).toEqual([[], [], false])
      }),
      { numRuns: 2000 },
    )
    expect(opened).toBeGreaterThan(50)
  })

  test('is as wide as what names no scope, and no wider than what names one', () => {
    const parent = parentOf(SCOPES, 600, null)
    const of = (resources: unknown) => {
      const draft = draftChild(
        parent,
        tree(),
        agent('A-TW02'),
        ChildAsk.parse({ agent: 'A-TW02', resources }),
      )
      return draft.ok ? draft.terms.scopes.map(({ id }) => id) : draft.reason
    }
    expect(of([{ resource: 'https://t0a' }])).toHaveLength(3)
    expect(
      of([
        { resource: 'https://t0a', scope: 'read' },
        { resource: 'https://t0b', scope: 'send' },
      ]),
    ).toEqual(['X-READT0A', 'X-SENDT0B'])
    expect(of([{ resource: 'https://t0a', scope: 'read drop' }])).toBe('scope_not_granted')
    expect(of([{ resource: 'https://t0c' }])).toBe('target_unknown')
  })

  test('has uses where somebody counts them: at a server that asks, or because its parent’s are counted', () => {
    const opened = (scopes: readonly Scope[], usesLeft: number | null) => {
      const ask = ChildAsk.parse({ agent: 'A-TW02', resources: [{ resource: 'https://t0a' }], uses: 2 })
      const draft = draftChild(parentOf(scopes, 600, usesLeft), tree({ usesLeft }), agent('A-TW02'), ask)
      return draft.ok ? draft.terms.uses : draft.reason
    }
    const asking = SCOPES.map((one) => ({ ...one, asksOnline: true }))
    expect([opened(SCOPES, null), opened(asking, null), opened(SCOPES, 3)]).toEqual(['child_beyond', 2, 2])
  })

  const problem = (who: Agent | null, more: Partial<Tree> = {}, more2: Partial<IssueFacts> = {}) => {
    const parent = { ...parentOf(SCOPES, 600, null), ...more2 }
    const ask = ChildAsk.parse({ agent: 'A-TW02', resources: [{ resource: 'https://t0a' }] })
    const draft = draftChild(parent, tree(more), who, ask)
    return draft.ok ? null : draft.reason
  }
  const upper = agent('A-T0PS')
  const above = [{ grantId: GrantId.parse('G-R00T'), state: 'live' as const, expires: NOW, agent: upper }]

  test('goes to an agent that is somebody else, awake, and owned by nobody who signed', () => {
    expect(problem(agent('A-TW02'))).toBeNull()
    expect(problem(null)).toBe('child_agent_unknown')
    expect(problem(agent('A-TW02', { suspended: NOW }))).toBe('child_agent_unknown')
    expect(problem(agent('A-0NE1'))).toBe('child_agent_above')
    expect(problem(upper, {}, { above })).toBe('child_agent_above')
    expect(problem(agent('A-TW02'), { signers: [OWNER] })).toBe('child_agent_owner')
    expect(problem(agent('A-TW02'), { below: MAX_BELOW })).toBe('child_too_many')
    expect(problem(agent('A-TW02'), { depth: 0 })).toBe('child_too_deep')
  })
})

test('the acting agent is outermost, and inside it stands each that handed the grant on', () => {
  const names = (...ids: string[]) => ids.map((id) => ({ agent: agent(id) }))
  expect(actingAgents(agent('A-0NE1'), [], 'staging')).toEqual({ sub: 'A-0NE1', sub_profile: 'ai_agent' })
  expect(actingAgents(agent('A-0NE1'), names('A-TW02', 'A-TREE'), 'staging')).toEqual({
    ...{ sub: 'A-0NE1', sub_profile: 'ai_agent' },
    act: {
      ...{ sub: 'A-TW02', sub_profile: 'ai_agent' },
      act: { sub: 'A-TREE', sub_profile: 'ai_agent' },
    },
  })
})
