import { describe, expect, test } from 'vitest'
import {
  type Delegation,
  type DelegationCut,
  delegationAfter,
  delegationCutOf,
  delegationLeft,
  delegationToSign,
  isSameDelegation,
  votesBelow,
} from '@/lib/domain/delegation'
import { AgentId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import { approvalPreimage, type SignedTerms } from '@/lib/domain/preimage'
import { canonicalJson } from '@/lib/trail/canonical'
import fc from '@/tests/harness/fast-check'

const SLUGS = ['ann', 'ben', 'cat'] as const
const idOf = (slug: string) => AgentId.parse(`A-${slug.toUpperCase()}0`)
const identities = (slug: string) => [
  { trustDomain: 'agents.example', workload: `agent/${slug}`, environment: null },
]
const identity = (slug: string) => `spiffe://agents.example/env/staging/agent/${slug}`
const named = (...slugs: string[]) =>
  slugs.map((slug) => ({ id: idOf(slug), slug, identity: identity(slug) }))
const ASKED: Delegation = { agents: named(...SLUGS), depth: 3 }

const cut = fc.record({ struck: fc.subarray(SLUGS.map(idOf)), depth: fc.integer({ min: 1, max: 3 }) })
const cuts = fc.array(cut, { maxLength: 4 })
const isWithin = (inner: Delegation | null, outer: Delegation | null) =>
  inner === null ||
  (outer !== null &&
    inner.depth <= outer.depth &&
    inner.agents.every(({ id }) => outer.agents.some((one) => one.id === id)))

describe('the sub-agents that signatures leave', () => {
  test('are never more with another signature, in whatever order, and none stays none', () => {
    fc.assert(
      fc.property(cuts, cut, (some, one) => {
        const left = delegationAfter(ASKED, some)
        expect(isWithin(delegationAfter(ASKED, [...some, one]), left)).toBe(true)
        expect(delegationAfter(ASKED, [...some].reverse())).toEqual(left)
        expect(delegationAfter(null, some)).toBeNull()
      }),
    )
  })

  test('are what somebody signed, when what they took away is taken away again', () => {
    fc.assert(
      fc.property(fc.subarray([...SLUGS]), fc.integer({ min: 1, max: 3 }), (slugs, depth) => {
        const signed = slugs.length > 0 ? { agents: named(...slugs), depth } : null
        const taken = delegationCutOf(ASKED, signed)
        expect(delegationAfter(ASKED, taken ? [taken] : [])).toEqual(signed)
        expect(taken === null).toBe(isSameDelegation(signed, ASKED))
      }),
    )
    expect(delegationCutOf(null, null)).toBeNull()
  })

  test('are chosen among those that are left, and as deep as is left', () => {
    const left = { agents: named('ann', 'ben'), depth: 2 }
    const choose = (slugs: string[], depth: number) =>
      delegationLeft(left, { agentIds: slugs.map(idOf), depth })
    expect(choose(['ann'], 1)).toEqual({ delegation: { agents: named('ann'), depth: 1 } })
    expect(choose([], 2)).toEqual({ delegation: null })
    expect(choose(['ann'], 0)).toEqual({ delegation: null })
    expect([choose(['cat'], 1), choose(['ann'], 3)]).toEqual(['beyond', 'beyond'])
    expect(delegationLeft(null, { agentIds: [], depth: 0 })).toEqual({ delegation: null })
    expect(delegationLeft(null, { agentIds: [], depth: 1 })).toBe('beyond')
  })
})

describe('whose signatures count below a grant', () => {
  const agent = (slug: string) => ({ id: idOf(slug), identities: identities(slug) })
  const count = (granted: Delegation | null, slugs: string[], ...taken: (DelegationCut | null)[]) =>
    votesBelow(
      granted,
      { chain: slugs.map(agent), environment: 'staging' },
      taken.map((delegation) => ({ cut: delegation && { delegation } })),
    ).length

  test('only those that named every agent it went through, and as many levels', () => {
    const granted = { agents: named('ann', 'ben'), depth: 2 }
    expect(count(granted, ['ann'], null, null)).toBe(2)
    expect(count(granted, ['ben', 'ann'], null)).toBe(1)
    expect(count(null, ['ann'], null)).toBe(0)
    expect(count(granted, ['cat'], null)).toBe(0)
    expect(count(granted, ['ben', 'cat'], null)).toBe(0)
    expect(count({ ...granted, depth: 1 }, ['ben', 'ann'], null)).toBe(0)
  })

  test('none that took one of them away itself, or that deep', () => {
    const granted = { agents: named('ann', 'ben'), depth: 2 }
    expect(count(granted, ['ann'], { struck: [idOf('ann')], depth: 2 }, null)).toBe(1)
    expect(count(granted, ['ben', 'ann'], { struck: [idOf('ann')], depth: 2 })).toBe(0)
    expect(count(granted, ['ben', 'ann'], { struck: [], depth: 1 })).toBe(0)
    expect(count(granted, ['ann'], { struck: [idOf('cat')], depth: 1 })).toBe(1)
  })

  test('none for an agent that has another identity than was signed, or runs elsewhere', () => {
    const granted = { agents: named('ann'), depth: 1 }
    const votes = [{ cut: null }]
    const chain = [agent('ann')]
    const moved = [{ ...agent('ann'), identities: identities('mallory') }]
    expect(votesBelow(granted, { chain: moved, environment: 'staging' }, votes)).toEqual([])
    expect(votesBelow(granted, { chain, environment: 'production' }, votes)).toEqual([])
    expect(votesBelow(granted, { chain, environment: 'staging' }, votes)).toEqual(votes)
  })
})

describe('what is signed', () => {
  const terms = (delegation: Delegation | null): SignedTerms => ({
    ...{ issuer: 'https://a', requestId: RequestId.parse('R-0NE1'), version: 1, verdict: 'approve' },
    ...{ stage: { name: 'security', tenantId: TenantId.parse('T-0NE1') }, deputyFor: null },
    ...{ approver: PersonId.parse('P-S1GN'), requester: PersonId.parse('P-ASKS'), escalatedTo: null },
    ...{ agent: { id: AgentId.parse('A-0NE1'), identity: 'spiffe://a' }, scopes: [], environment: 'staging' },
    ...{ durationSeconds: 60, uses: null, delegation, nonce: '0'.repeat(32) },
    policySet: PolicySetVersion.parse('0'.repeat(64)),
  })
  const text = (delegation: Delegation | null) => canonicalJson(approvalPreimage(terms(delegation)))

  test('names each sub-agent with its identity and how deep, in one order, and null for none', () => {
    const delegation = { agents: named('ben', 'ann'), depth: 2 }
    expect(approvalPreimage(terms(delegation)).delegation).toEqual({
      agents: [
        { id: idOf('ann'), identity: identity('ann') },
        { id: idOf('ben'), identity: identity('ben') },
      ],
      depth: 2,
    })
    expect(text(delegation)).toBe(text({ ...delegation, agents: named('ann', 'ben') }))
    expect(text(delegation)).not.toBe(text({ ...delegation, depth: 1 }))
    expect(text(delegation)).not.toBe(text({ ...delegation, agents: named('ann') }))
    // What was signed before sub-agents could be named says the same still.
    expect(text(null)).toContain('"delegation":null')
    expect(delegationToSign(null)).toBeNull()
  })
})
