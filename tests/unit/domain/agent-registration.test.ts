import { describe, expect, test } from 'vitest'
import {
  AgentName,
  type AgentRegistration,
  Environment,
  ownersFreed,
  Purpose,
  type RegistrationFacts,
  registrationEffect,
} from '@/lib/domain/agent-registration'
import { AgentId, PersonId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'

const [ada, bea, cyd] = ['P-ADAA', 'P-BEAA', 'P-CYDA'].map((id) => PersonId.parse(id)) as [
  PersonId,
  PersonId,
  PersonId,
]
const agentId = AgentId.parse('A-ABCD')
const people = [
  { id: ada, name: 'Ada', isActive: true },
  { id: bea, name: 'Bea', isActive: true },
  { id: cyd, name: 'Cyd', isActive: false },
]
const agent = {
  ...{ slug: 'refund-triage', purpose: 'Reads tickets.', rev: 4 },
  ...{ owners: [bea, cyd], environments: ['staging', 'production'] },
}
const facts: RegistrationFacts = { agent: null, people, slugs: ['refund-triage'] }
const described = { agentId, purpose: 'Reads tickets.', owners: [ada, bea], environments: ['staging'] }
const adding = (slug: string): AgentRegistration => ({ kind: 'agent.add', slug, ...described })
const code = (result: Result<unknown>) => (result.ok ? 'yes' : result.refusal.code)

describe('an agent is added', () => {
  test('with what is said of it', () => {
    expect(registrationEffect(adding('secret-reader'), facts)).toEqual({
      ok: true,
      value: {
        ...{ of: 'Agent secret-reader', before: 'none', falls: [], rev: 0 },
        after: 'Owners Ada, Bea; environments staging; purpose: Reads tickets.',
      },
    })
  })

  test('under no name that is taken for another’s, and is told for whose', () => {
    const result = registrationEffect(adding('refund-tr1age'), facts)
    expect(result).toMatchObject({
      refusal: { code: 'agent_looks_alike', says: expect.stringContaining('refund-triage is registered') },
    })
  })

  test('to nobody who is disabled or unknown here', () => {
    for (const owner of [cyd, PersonId.parse('P-N0B0DY')])
      expect(
        code(registrationEffect({ ...adding('secret-reader'), owners: [ada, owner] } as never, facts)),
      ).toBe('owner_unknown')
  })
})

describe('an agent is described anew', () => {
  const change = { kind: 'agent.set' as const, ...described }

  test('before and after in words, over the version that was read', () => {
    expect(registrationEffect(change, { ...facts, agent })).toMatchObject({
      value: {
        ...{ of: 'Agent refund-triage', rev: 4 },
        before: 'Owners Bea, Cyd; environments production, staging; purpose: Reads tickets.',
      },
    })
  })

  test('not one that is not there, and not as it is', () => {
    expect(code(registrationEffect(change, facts))).toBe('not_found')
    const same = { ...agent, owners: [bea, ada], environments: ['staging'] }
    expect(code(registrationEffect(change, { ...facts, agent: same }))).toBe('nothing_to_change')
  })

  test('who owns it no more gains: they may sign its requests then', () => {
    expect(ownersFreed(change, agent)).toEqual([cyd])
    expect(ownersFreed(change, { owners: [ada] })).toEqual([])
    expect(ownersFreed({ kind: 'role.give' }, agent)).toEqual([])
  })
})

test.each(['Refund', 'refund_triage', 'refund triage', 'r', '-refund', 'refund-', 'геfund', 'a'.repeat(41)])(
  'A03: %s is no name of an agent',
  (name) => expect(AgentName.safeParse(name).success).toBe(false),
)

test('A03: a purpose hides nothing, and an environment is one word', () => {
  expect(Purpose.safeParse('Reads \u202etickets.').success).toBe(false)
  expect(Environment.safeParse('Staging').success).toBe(false)
  expect(Environment.safeParse('staging').success).toBe(true)
})
