import { describe, expect, it } from 'vitest'
import { agentFamily, agentIdentity } from '@/lib/domain/agent'
import { AgentId } from '@/lib/domain/ids'
import {
  MAX_PREFIX_SEGMENTS,
  namedBy,
  prefixesAbove,
  registrationsOf,
  workloadOf,
} from '@/lib/domain/spiffe-workload'
import fc from '@/tests/harness/fast-check'

const stands = (registered: string, workload: string) => registrationsOf(workload).includes(registered)

describe('a prefix', () => {
  it.each([
    ['ns/a/', 'ns/a/one', true],
    ['ns/a/', 'ns/a/one/two', true],
    ['ns/', 'ns/a/one', true],
    ['ns/a/', 'ns/ab', false],
    ['ns/a/', 'ns/ab/one', false],
    ['ns/a/', 'ns/a', false],
    ['ns/a/', 'ns/A/one', false],
    ['ns/a/', 'x/ns/a/one', false],
    ['ns/a', 'ns/a/one', false],
    ['/ns/a/', '/ns/a/one', true],
    ['/ns/', '/ns/a/one', true],
    // The whole path of one ID is never what follows /env/<environment>/ in another.
    ['ns/a/', '/ns/a/one', false],
    ['/ns/a/', 'ns/a/one', false],
    ['/ns/a', 'ns/a', false],
    ['', 'ns', false],
    ['/', 'ns/a', false],
  ])('%s stands for %s: %s', (registered, workload, answer) => {
    expect(stands(registered, workload)).toBe(answer)
  })

  it('is found by the closest first, and itself has those above it', () => {
    expect(registrationsOf('a/b/c')).toEqual(['a/b/c', 'a/b/', 'a/'])
    expect(prefixesAbove('a/b/')).toEqual(['a/'])
    expect(prefixesAbove('a')).toEqual([])
  })

  it('goes no deeper than it may, however long the path', () => {
    const above = prefixesAbove('a/'.repeat(1000))
    expect(above).toHaveLength(MAX_PREFIX_SEGMENTS)
    expect(above.at(-1)).toBe('a/')
  })

  it('matches whole segments and nothing else', () => {
    const path = fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,3}$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(path, path, (one, other) => {
        const isAbove = one.length < other.length && one.every((segment, at) => segment === other[at])
        expect(stands(`${one.join('/')}/`, other.join('/'))).toBe(isAbove)
      }),
    )
  })
})

describe('what an agent is called', () => {
  const id = AgentId.parse('A-7F3K')
  const of = (workload: string, environment: string | null = null) => ({
    trustDomain: 'agents.example',
    workload,
    environment,
  })

  it('is the first whole workload, and never a prefix', () => {
    expect(namedBy([of('pool/'), of('one'), of('two')], 'staging')).toEqual(of('one'))
    expect(agentIdentity({ id, identities: [of('pool/'), of('one')] }, 'staging')).toBe(
      'spiffe://agents.example/env/staging/one',
    )
    expect(agentIdentity({ id, identities: [of('pool/')] }, 'staging')).toBe(id)
  })

  it('is in each environment the first that can be proven there', () => {
    const identities = [of('/ns/test/sa/agent', 'staging'), of('/ns/a/sa/agent', 'production'), of('one')]
    const nameIn = (environment: string) => agentIdentity({ id, identities }, environment)
    expect(nameIn('staging')).toBe('spiffe://agents.example/ns/test/sa/agent')
    expect(nameIn('production')).toBe('spiffe://agents.example/ns/a/sa/agent')
    expect(nameIn('lab')).toBe('spiffe://agents.example/env/lab/one')
    expect(agentIdentity({ id, identities: identities.slice(0, 1) }, 'production')).toBe(id)
    expect(agentFamily({ id, identities })).toBe('spiffe://agents.example/ns/test/sa/agent')
    expect(agentFamily({ id, identities: [of('one')] })).toBe('spiffe://agents.example/env/…/one')
    expect(agentFamily({ id, identities: [of('/ns/', 'staging')] })).toBe(id)
  })

  it('is taken from its ID in one way', () => {
    expect(workloadOf({ path: '/env/staging/agent/one', environment: 'staging' })).toBe('agent/one')
    expect(workloadOf({ path: '/ns/a/sa/agent', environment: null })).toBe('/ns/a/sa/agent')
  })

  it('that is a whole path names nobody where no environment is stated for it', () => {
    const whole = { workload: '/ns/a/sa/agent', environment: null as string | null }
    expect(namedBy([whole], 'staging')).toBeUndefined()
    expect(namedBy([{ ...whole, environment: 'staging' }], 'staging')).toBeDefined()
    expect(namedBy([{ ...whole, environment: 'staging' }], 'production')).toBeUndefined()
    expect(namedBy([{ ...whole, workload: 'agent/one' }], 'staging')).toBeDefined()
  })
})
