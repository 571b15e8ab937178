import { expect, test } from 'vitest'
import { secretEndedEvent, secretStateOf } from '@/lib/domain/client-secret'
import { PersonId, ResourceServerId, TenantId } from '@/lib/domain/ids'
import { RuleChange } from '@/lib/domain/rule-change'
import { type ServerFacts, secretWords, serverEffect } from '@/lib/domain/server-change'

const ID = ResourceServerId.parse('S-0NE1')
const [HASH, OTHER] = ['a'.repeat(43), 'b'.repeat(43)]
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)

const STORED = {
  ...{ secretHash: HASH, secretMade: at(0), secretRotated: at(10) },
  ...{ oldSecretHash: OTHER, oldSecretEnds: at(20) },
}
const NONE = {
  secretHash: null,
  secretMade: null,
  secretRotated: null,
  oldSecretHash: null,
  oldSecretEnds: null,
}

test('a page is told when, and a few characters of the hash', () => {
  expect(secretStateOf(NONE, at(0))).toBeNull()
  const shown = secretStateOf(STORED, at(19))
  expect(shown).toMatchObject({
    mark: 'aaaaaaaa',
    made: at(0),
    rotated: at(10),
    old: { mark: 'bbbbbbbb', ends: at(20) },
  })
  expect(JSON.stringify(shown)).not.toContain(HASH)
})

test('the one before ends at its time', () => {
  expect(secretStateOf(STORED, at(20))?.old).toBeNull()
})

test('what was ended is in the trail by its marks', () => {
  const actor = { tenantId: TenantId.parse('T-0NE1'), personId: PersonId.parse('P-0NE1') }
  const server = { serverId: ID, name: 'Gateway' }
  const secrets = secretStateOf(STORED, at(11))
  if (!secrets) throw new Error('There is a secret.')
  expect(secretEndedEvent(actor, server, secrets, 'old').data).toMatchObject({
    before: 'client secret bbbbbbbb',
    after: 'client secret aaaaaaaa',
  })
  expect(secretEndedEvent(actor, server, secrets, 'all').data).toMatchObject({
    before: 'client secret aaaaaaaa, client secret bbbbbbbb',
    after: 'none',
  })
})

const SERVER = {
  ...{ name: 'Gateway', identifier: 'https://gateway.example', checks: 'introspection' as const },
  ...{ key: 'thumb', secret: null, rev: 4 },
}
const factsOf = (server: ServerFacts['server']): ServerFacts => ({ server, scope: null, isTaken: false })
const WITH_KEY = factsOf(SERVER)
const WITH_SECRET = factsOf({ ...SERVER, key: null, secret: 'bbbbbbbb' })
const make = { kind: 'secret.make' as const, serverId: ID, secretHash: HASH }
const rotate = {
  kind: 'secret.rotate' as const,
  serverId: ID,
  secretHash: HASH,
  keepSeconds: 86_400 as const,
}

test('a secret takes the place of a key, a new one that of the one before', () => {
  expect(serverEffect(make, WITH_KEY)).toMatchObject({
    value: { before: 'key thumb', after: 'client secret aaaaaaaa', rev: 4 },
  })
  expect(serverEffect(rotate, WITH_SECRET)).toMatchObject({
    value: { before: 'client secret bbbbbbbb', after: 'client secret aaaaaaaa; the one before for 24 hours' },
  })
  expect(serverEffect({ ...rotate, keepSeconds: 0 }, WITH_SECRET)).toMatchObject({
    value: { after: 'client secret aaaaaaaa' },
  })
  for (const change of [make, rotate])
    expect(RuleChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change)
  expect(RuleChange.safeParse({ ...rotate, keepSeconds: 5 }).success).toBe(false)
})

test('there is one to rotate, and none to be made twice', () => {
  expect(serverEffect(make, WITH_SECRET)).toMatchObject({ refusal: { code: 'secret_exists' } })
  expect(serverEffect(rotate, WITH_KEY)).toMatchObject({ refusal: { code: 'secret_missing' } })
  expect(serverEffect(make, factsOf(null))).toMatchObject({ refusal: { code: 'not_found' } })
})

test('a server with a secret asks without a key, and loses the secret when it is given one', () => {
  const set = { kind: 'server.set' as const, serverId: ID, checks: 'asking' as const, key: null }
  expect(serverEffect(set, WITH_SECRET)).toMatchObject({
    value: { after: 'Asks for a decision before each call; client secret bbbbbbbb' },
  })
  const keyed = { ...set, key: { jkt: 'other', jwk: { kty: 'EC' } } }
  expect(serverEffect(keyed, WITH_SECRET)).toMatchObject({
    value: { after: 'Asks for a decision before each call; key other' },
  })
})

test('a new server that asks may have a secret in place of a key', () => {
  const add = {
    ...{ kind: 'server.add' as const, name: 'Gateway', identifier: 'https://gateway.example' },
    type: 'gate',
  }
  const asking = { ...add, checks: 'asking' as const, key: null }
  expect(serverEffect(asking, factsOf(null))).toMatchObject({ refusal: { code: 'invalid' } })
  expect(serverEffect({ ...asking, secretHash: HASH }, factsOf(null))).toMatchObject({
    value: { after: expect.stringContaining('client secret aaaaaaaa') },
  })
})

test('what it means is said before it is in force', () => {
  expect(secretWords('secret.make')).toContain('A key the server has counts no more')
  expect(secretWords('secret.rotate')).toContain('no more than two ever serve')
})
