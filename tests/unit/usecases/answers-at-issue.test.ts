import { expect, test } from 'vitest'
import { AgentId, GrantId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import type { Answer } from '@/lib/domain/question'
import { Scope } from '@/lib/domain/scope'
import { USUAL_HOURS } from '@/lib/domain/working-hours'
import { answeredAtIssue } from '@/lib/usecases/facts/answers-at-issue'
import type { ScopeAnswer } from '@/lib/usecases/facts/ask-policy'

const SET = PolicySetVersion.parse('a'.repeat(64))
const OTHER_SET = PolicySetVersion.parse('b'.repeat(64))
const TENANT = TenantId.parse('T-ACME')
const PERSON = PersonId.parse('P-0NE1')
const NOW = new Date('2026-03-02T10:00:10Z')
const EXPIRES = new Date('2026-03-02T11:00:00Z')

const SCOPE = Scope.parse({
  ...{ id: 'X-READ', action: 'ticket:read', resource: 'r', sensitivity: 1, dataDomain: 'd', maxSeconds: 600 },
  ...{ tenantId: TENANT, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 'i', serverType: 't' },
})
const OTHER_SCOPE = Scope.parse({ ...SCOPE, id: 'X-0THER' })
const VOTE: IssueFacts['votes'][number] = {
  ...{ personId: PERSON, tenantId: TENANT, stage: 'security', version: 1, verdict: 'approve' },
  ...{ signed: NOW, cut: null },
}

const factsNow = (): IssueFacts => ({
  now: NOW,
  policyVersion: SET,
  grant: {
    ...{ id: GrantId.parse('G-0NE1'), requestId: RequestId.parse('R-0NE1'), tenantId: TENANT, status: null },
    ...{ environment: 'staging', state: 'live', expires: EXPIRES, durationSeconds: 600, uses: null },
    decisionIds: [],
  },
  request: { version: 1, goalCategory: 'support', durationSeconds: 600, breakGlass: false },
  agent: {
    ...{ id: AgentId.parse('A-0NE1'), tenantId: TENANT, slug: 'one', purpose: '', environments: ['staging'] },
    ...{ owners: [], suspended: null, identities: [], rev: 3 },
  },
  requester: { id: PERSON, issuer: 'i', subject: 's', disabled: null, roles: ['requester'] },
  ...{ scopes: [SCOPE, OTHER_SCOPE], votes: [VOTE, { ...VOTE }], memberships: [] },
  ...{ stopped: [], sameAccount: [], grantedBy: [], hours: USUAL_HOURS, hoursRev: 0, above: [] },
})

const answer = (errors: string[]): Answer => ({
  ...{ verdict: 'allowed', stages: [], policies: [], errors, input: '{}', policySet: SET },
})

/** What this is asked with, and how often policy was asked meanwhile. */
function asking(errors: string[] = []) {
  let asked = 0
  const ask = (): ScopeAnswer[] => {
    asked += 1
    return [{ scope: SCOPE, answer: answer(errors), inputDigest: '' }]
  }
  const of = (facts: IssueFacts, change: Partial<Parameters<typeof answeredAtIssue>[1]> = {}) =>
    answeredAtIssue(
      facts,
      {
        ...{ policyVersion: SET, environment: 'staging', scopes: [SCOPE], votes: facts.votes },
        ...change,
      },
      ask,
    )
  return { of, asked: () => asked }
}

test('the same question in the same minute is answered once', () => {
  const { of, asked } = asking()
  const facts = factsNow()
  const first = of(facts)
  expect(of({ ...facts, now: new Date(NOW.getTime() + 40_000) })).toBe(first)
  expect(asked()).toBe(1)
})

test.each<[string, (facts: IssueFacts) => IssueFacts]>([
  ['a minute later', (facts) => ({ ...facts, now: new Date(NOW.getTime() + 60_000) })],
  ['an agent read anew', (facts) => ({ ...facts, agent: { ...facts.agent } })],
  ['a requester read anew', (facts) => ({ ...facts, requester: { ...facts.requester } })],
  ['scopes read anew', (facts) => ({ ...facts, scopes: [...facts.scopes] })],
  ['a grant read anew', (facts) => ({ ...facts, grant: { ...facts.grant } })],
  ['a request read anew', (facts) => ({ ...facts, request: { ...facts.request } })],
  ['votes read anew', (facts) => ({ ...facts, votes: [...facts.votes] })],
  ['groups read anew', (facts) => ({ ...facts, memberships: [] })],
  ['accounts read anew', (facts) => ({ ...facts, sameAccount: [] })],
  ['givers read anew', (facts) => ({ ...facts, grantedBy: [] })],
  ['grants above read anew', (facts) => ({ ...facts, above: [] })],
  ['hours read anew', (facts) => ({ ...facts, hours: { ...facts.hours } })],
])('with %s policy is asked again', (_, change) => {
  const { of, asked } = asking()
  const facts = factsNow()
  of(facts)
  of(change(facts))
  expect(asked()).toBe(2)
})

test('another set, place, scope and a vote that has grown old are other questions', () => {
  const { of, asked } = asking()
  const facts = factsNow()
  of(facts)
  of(facts, { policyVersion: OTHER_SET })
  of(facts, { environment: 'production' })
  of(facts, { scopes: [OTHER_SCOPE] })
  of(facts, { votes: facts.votes.slice(0, 1) })
  of(facts, { votes: facts.votes.slice(1) })
  of(facts, { votes: [] })
  expect(asked()).toBe(7)
})

test('an answer in doubt is never kept', () => {
  const { of, asked } = asking(['The policy engine failed.'])
  const facts = factsNow()
  of(facts)
  of(facts)
  expect(asked()).toBe(2)
})
