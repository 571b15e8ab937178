import { describe, expect, it } from 'vitest'
import { AgentId, OidcIssuerId } from '@/lib/domain/ids'
import { RuleChange } from '@/lib/domain/rule-change'
import {
  believedUntil,
  bundleFileOf,
  bundleWords,
  fileSource,
  keySetWords,
  refreshSeconds,
} from '@/lib/domain/trust-bundle'
import { isTrustChange, TrustChange, type TrustFacts, trustEffect } from '@/lib/domain/trust-change'
import { issuerWords } from '@/lib/domain/trust-state'

const agentId = AgentId.parse('A-7F3K')
const issuer = {
  ...{ id: OidcIssuerId.parse('O-7F3K'), issuer: 'https://ci.example', kind: 'oidc' as const },
  ...{ jwks: null, environments: null, environment: null, rev: 3 },
}
const agent = { slug: 'triage', rev: 7, environments: ['staging'], identities: [] }
const none: TrustFacts = { agent: null, issuer: null, domain: null, isTaken: false, isOverlapping: false }
const key: TrustChange = { kind: 'identity.key', agentId, jkt: 'thumb', jwk: {}, environment: 'staging' }
const subject: TrustChange = {
  ...{ kind: 'identity.subject', agentId, issuerId: issuer.id, subject: 'runner', environment: null },
  conditions: [{ claim: 'ref', is: 'prefix', value: 'refs/' }],
}
const workload = {
  ...{ kind: 'identity.spiffe', agentId, trustDomain: 'agents.example', workload: 'pool/' },
  environment: null,
  byDomain: false,
} satisfies TrustChange
const domain = (bundle: object): TrustChange =>
  TrustChange.parse({ kind: 'domain.put', name: 'agents.example', bundle })
const put = (issuerKind: 'oidc' | 'github'): TrustChange => ({
  ...{ kind: 'issuer.put', issuer: issuer.issuer, issuerKind, jwks: null, environments: null },
  environment: null,
})

const codeOf = (change: TrustChange, facts: Partial<TrustFacts>) => {
  const result = trustEffect(change, { ...none, ...facts })
  return result.ok ? null : result.refusal.code
}
const effectOf = (change: TrustChange, facts: Partial<TrustFacts>) => {
  const result = trustEffect(change, { ...none, ...facts })
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}

const PASTED = { url: null, refreshed: null, problem: null, environment: null }
const believed = { name: 'agents.example', bundle: { keys: [], spiffe_sequence: 5 }, version: 2, ...PASTED }

describe('an identity', () => {
  it('is added over the version of its agent, in words', () => {
    expect(effectOf(key, { agent })).toMatchObject({
      ...{ of: 'Identities of triage', before: 'none', after: 'key thumb (staging)', rev: 7 },
    })
    expect(effectOf(subject, { agent, issuer }).after).toBe(
      'runner of https://ci.example, where ref starts with refs/ (as its claims say)',
    )
    expect(effectOf(workload, { agent, domain: believed }).after).toBe(
      'spiffe://agents.example/env/…/pool/… (as its path says)',
    )
    const stated = { ...workload, workload: '/ns/payments/', environment: 'staging' }
    expect(effectOf(stated, { agent, domain: believed }).after).toBe(
      'spiffe://agents.example/ns/payments/… (staging)',
    )
    expect(codeOf({ ...stated, environment: 'moon' }, { agent, domain: believed })).toBe(
      'environment_unknown',
    )
  })

  it('that was proposed before an environment could be stated says its own', () => {
    const { environment: _, byDomain: __, ...before } = workload
    expect(TrustChange.parse(before)).toEqual(workload)
  })

  it('follows what its trust domain states, which has to state something', () => {
    const following: TrustChange = { ...workload, workload: '/ns/payments/agent', byDomain: true }
    const stating = { ...believed, environment: 'staging' }
    expect(effectOf(following, { agent, domain: stating }).after).toBe(
      'spiffe://agents.example/ns/payments/agent (staging, as its trust domain states)',
    )
    expect(codeOf(following, { agent, domain: believed })).toBe('environment_unstated')
    expect(codeOf(following, { agent, domain: { ...believed, environment: 'moon' } })).toBe(
      'environment_unknown',
    )
  })

  it.each([
    ['of nobody', key, {}, 'not_found'],
    ['of an issuer that is not believed', subject, { agent }, 'not_found'],
    [
      'that another agent’s overlaps',
      workload,
      { agent, domain: believed, isOverlapping: true },
      'identity_overlaps',
    ],
    ['that is somebody’s', key, { agent, isTaken: true }, 'identity_taken'],
    [
      'for an environment the agent is not in',
      { ...key, environment: 'moon' },
      { agent },
      'environment_unknown',
    ],
  ] as const)('%s is refused', (_, change, facts, code) => {
    expect(codeOf(change, facts)).toBe(code)
  })
})

describe('an issuer', () => {
  it('keeps its kind, and is changed over its version', () => {
    expect(effectOf(put('oidc'), {})).toMatchObject({ before: 'none', rev: 0 })
    expect(effectOf(put('oidc'), { issuer })).toMatchObject({ rev: 3, before: issuerWords(issuer) })
    expect(codeOf(put('github'), { issuer })).toBe('issuer_kind')
    expect(codeOf(put('oidc'), { isTaken: true })).toBe('identity_taken')
    expect(issuerWords({ ...issuer, environment: 'production' })).toBe(
      'OpenID Connect; keys by discovery; no environments; where no claim says it, production',
    )
  })
})

describe('a trust domain', () => {
  it('takes a bundle of the same age or newer, and no older one', () => {
    for (const spiffe_sequence of [5, 6])
      expect(effectOf(domain({ keys: [], spiffe_sequence }), { domain: believed }).rev).toBe(2)
    for (const bundle of [{ keys: [], spiffe_sequence: 4 }, { keys: [] }])
      expect(codeOf(domain(bundle), { domain: believed })).toBe('bundle_older')
    const uncounted = { ...believed, bundle: { keys: [] } }
    expect(effectOf(domain({ keys: [] }), { domain: uncounted }).rev).toBe(2)
  })

  it('states an environment over its version, and not the same one twice', () => {
    const state = (environment: string | null): TrustChange => ({
      ...{ kind: 'domain.environment', name: believed.name, environment },
    })
    const stating = { ...believed, environment: 'production' }
    expect(effectOf(state('production'), { domain: believed })).toMatchObject({
      ...{
        of: 'Trust domain agents.example',
        before: 'states no environment',
        after: 'states production',
        rev: 2,
      },
    })
    expect(effectOf(state(null), { domain: stating }).after).toBe('states no environment')
    expect(codeOf(state('production'), { domain: stating })).toBe('nothing_to_change')
    expect(codeOf(state('production'), {})).toBe('not_found')
  })

  it('is told by the names of its keys', () => {
    expect(keySetWords({ keys: [{ kid: 'a' }] })).toBe('1 key: a')
    expect(keySetWords({ keys: [{ kid: 'a' }, {}] })).toBe('2 keys: a, without a name')
    expect(keySetWords('nonsense')).toBe('0 keys: ')
    const bundle = { keys: [{ kid: 'a' }], spiffe_sequence: 3 }
    expect(bundleWords({ bundle, url: 'https://x.example/b' })).toBe(
      '1 key: a; sequence 3; from https://x.example/b',
    )
    expect(bundleWords({ bundle, url: fileSource('agents.json') })).toBe(
      '1 key: a; sequence 3; from the file agents.json',
    )
    expect([fileSource('a.json'), 'https://x.example', null].map(bundleFileOf)).toEqual([
      'a.json',
      null,
      null,
    ])
  })

  it('is fetched again as its bundle asks, within a minute and an hour, and believed for a day', () => {
    expect([null, 0, 90, 1e9].map(refreshSeconds)).toEqual([300, 60, 90, 3600])
    const refreshed = new Date('2026-11-26T12:00:00Z')
    expect(believedUntil({ url: 'https://x.example/b', refreshed })).toEqual(new Date('2026-11-27T12:00:00Z'))
    expect(believedUntil({ url: null, refreshed: null })).toBeNull()
  })
})

it('each of them is a change of the rules, and no other is one of trust', () => {
  for (const change of [key, subject, put('oidc'), domain({ keys: [] })])
    expect(RuleChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change)
  expect(isTrustChange({ kind: 'role.give' })).toBe(false)
  expect(isTrustChange({ kind: 'webhook.add' })).toBe(false)
})
