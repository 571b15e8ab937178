import { describe, expect, it } from 'vitest'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { isTrustDomain, parseSpiffeId } from '@/lib/identity/spiffe-id'
import { ecPair } from '../support/forge'

describe('parseSpiffeId', () => {
  it('reads trust domain, path and environment', () => {
    expect(parseSpiffeId('spiffe://demo.example/env/demo/agent/triage')).toEqual({
      id: 'spiffe://demo.example/env/demo/agent/triage',
      trustDomain: 'demo.example',
      path: '/env/demo/agent/triage',
      environment: 'demo',
    })
  })

  it.each([
    ['spiffe://td/workload', null],
    ['spiffe://td/agent/env/demo/x', null],
    ['spiffe://td/env/demo', null],
    ['spiffe://td/ENV/demo/x', null],
    ['spiffe://td/env/pro-d_1.x/a', 'pro-d_1.x'],
  ])('%s runs in %s', (text, environment) => {
    expect(parseSpiffeId(text)?.environment).toBe(environment)
  })

  it.each([
    '',
    'spiffe://',
    'spiffe://td',
    'spiffe://td/',
    'spiffe:///path',
    'SPIFFE://td/path',
    'https://td/path',
    'spiffe://TD/path',
    'spiffe://td:8080/path',
    'spiffe://user@td/path',
    'spiffe://td/path/',
    'spiffe://td//path',
    'spiffe://td/./path',
    'spiffe://td/a/../b',
    'spiffe://td/a%2fb',
    'spiffe://td/path?query',
    'spiffe://td/path#fragment',
    'spiffe://td/pa th',
    'spiffe://td/pâth',
    'spiffe://td/path\n',
    'spiffe://td\\path',
    `spiffe://td/${'x'.repeat(2048)}`,
    `spiffe://${'x'.repeat(256)}/path`,
  ])('refuses %j', (text) => {
    expect(parseSpiffeId(text)).toBeNull()
  })

  it('knows a trust domain name', () => {
    expect(isTrustDomain('demo.countersign.example')).toBe(true)
    for (const name of ['', 'Demo', 'a/b', 'a:1', 'spiffe://a']) expect(isTrustDomain(name)).toBe(false)
  })
})

describe('parseSpiffeBundle', () => {
  const jwk = ecPair().publicJwk
  const entry = { ...jwk, use: 'jwt-svid', kid: 'k1' }

  it('keeps the keys that verify JWT-SVIDs and ignores the rest', () => {
    const keys = [
      entry,
      { ...jwk, use: 'x509-svid', x5c: ['AAAA'] },
      { ...jwk, use: 'sig', kid: 'k2' },
      { ...jwk, kid: 'k3' },
      { ...jwk, use: 'jwt-svid' },
      { kty: 'future', use: 'unknown' },
    ]
    const expected = {
      ok: true,
      bundle: { keys: [{ ...jwk, kid: 'k1' }], sequence: 7, refreshHintSeconds: 60 },
    }
    const stored = { keys, spiffe_sequence: 7, spiffe_refresh_hint: 60 }
    expect(parseSpiffeBundle(stored)).toEqual(expected)
    expect(parseSpiffeBundle(JSON.stringify(stored))).toEqual(expected)
  })

  it.each([
    ['no JSON', '{'],
    ['keys twice', '{"keys":[],"keys":[]}'],
    ['no keys', {}],
    ['null', null],
    ['one kid twice', { keys: [entry, entry] }],
    ['a private key', { keys: [{ ...entry, d: 'AAAA' }] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'AAAA', use: 'jwt-svid', kid: 'k' }] }],
    ['a key with half missing', { keys: [{ ...entry, y: undefined }] }],
    ['more than 256 KiB', `{"keys":[],"pad":"${'x'.repeat(262_144)}"}`],
  ])('refuses %s', (_, source) => {
    expect(parseSpiffeBundle(source).ok).toBe(false)
  })
})
