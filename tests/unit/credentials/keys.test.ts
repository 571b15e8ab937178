import { compactVerify, createLocalJWKSet } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateSigningKey, keySet, loadSigningKey, publishedJwks } from '@/lib/credentials/keys'
import { seal, unseal, unsealWithAny } from '@/lib/credentials/seal'
import { subkey, subkeys } from '@/lib/credentials/subkey'

const SECRET = 'a secret of at least thirty-two characters'
const OTHER = 'another secret of thirty-two characters or more'

describe('subkey', () => {
  it('is the same for the same purpose and another for another purpose or secret', () => {
    expect(subkey(SECRET, 'next-auth')).toHaveLength(32)
    expect(subkey(SECRET, 'next-auth')).toEqual(subkey(SECRET, 'next-auth'))
    expect(subkey(SECRET, 'next-auth')).not.toEqual(subkey(SECRET, 'seal-signing-keys'))
    expect(subkey(SECRET, 'next-auth')).not.toEqual(subkey(OTHER, 'next-auth'))
  })

  it('is of the first secret, and of several there is one each', () => {
    expect(subkey([OTHER, SECRET], 'console')).toEqual(subkey(OTHER, 'console'))
    expect(subkeys([OTHER, SECRET], 'console')).toEqual([subkey(OTHER, 'console'), subkey(SECRET, 'console')])
    expect(subkeys(SECRET, 'console')).toEqual([subkey(SECRET, 'console')])
  })

  it('refuses a short secret', () => {
    expect(() => subkey('short', 'next-auth')).toThrow('at least 32 characters')
    expect(() => subkeys([SECRET, 'short'], 'next-auth')).toThrow('at least 32 characters')
  })
})

describe('seal', () => {
  const key = subkey(SECRET, 'seal-signing-keys')
  const plain = Buffer.from('private')

  it('opens with the same key and context, and never twice the same', () => {
    const sealed = seal(plain, key, 'kid-1')
    expect(unseal(sealed, key, 'kid-1')).toEqual(plain)
    expect(seal(plain, key, 'kid-1')).not.toBe(sealed)
    expect(sealed).not.toContain(plain.toString('base64url'))
  })

  it('opens with any of several keys, in the same context', () => {
    const sealed = seal(plain, key, 'kid-1')
    const other = subkey(OTHER, 'seal-signing-keys')
    expect(unsealWithAny(sealed, [other, key], 'kid-1')).toEqual(plain)
    expect(unsealWithAny(sealed, [other, key], 'kid-2')).toBeNull()
    expect(unsealWithAny(sealed, [other], 'kid-1')).toBeNull()
  })

  it('stays shut for another context, key, version, length or any changed byte', () => {
    const sealed = seal(plain, key, 'kid-1')
    expect(unseal(sealed, key, 'kid-2')).toBeNull()
    expect(unseal(sealed, subkey(OTHER, 'seal-signing-keys'), 'kid-1')).toBeNull()
    for (const text of [
      '',
      'v1',
      'v1.',
      'v1.AAAA',
      `v2${sealed.slice(2)}`,
      `${sealed}.x`,
      sealed.slice(0, -8),
    ])
      expect(unseal(text, key, 'kid-1')).toBeNull()
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      expect(unseal(`v1.${changed.toString('base64url')}`, key, 'kid-1')).toBeNull()
    }
  })
})

describe('signing keys', () => {
  it('are published without the private half, and jose takes what they sign', async () => {
    const record = await generateSigningKey(SECRET)
    const document = publishedJwks([record])
    expect(document.keys[0]).toEqual({ ...record.publicJwk, kid: record.kid, use: 'sig', alg: 'ES256' })
    const key = loadSigningKey(record, SECRET)
    const input = `${Buffer.from(JSON.stringify({ alg: 'ES256', kid: key.kid })).toString('base64url')}.e30`
    const { payload } = await compactVerify(`${input}.${key.sign(input)}`, createLocalJWKSet(document))
    expect(Buffer.from(payload).toString()).toBe('{}')
  })

  it('never show the private half', async () => {
    const record = await generateSigningKey(SECRET)
    expect(JSON.stringify(loadSigningKey(record, SECRET))).toBe(JSON.stringify({ kid: record.kid }))
    expect(Object.keys(record.publicJwk)).not.toContain('d')
  })

  it('do not open under another secret, another kid or beside another public half', async () => {
    const [one, two] = [await generateSigningKey(SECRET), await generateSigningKey(SECRET)]
    expect(() => loadSigningKey(one, OTHER)).toThrow('COUNTERSIGN_SECRET')
    expect(loadSigningKey(one, [OTHER, SECRET]).kid).toBe(one.kid)
    expect(() => loadSigningKey({ ...one, kid: two.kid }, SECRET)).toThrow('COUNTERSIGN_SECRET')
    expect(() => loadSigningKey({ ...one, publicJwk: two.publicJwk }, SECRET)).toThrow('does not belong')
  })

  it('are found by kid and by nothing else', async () => {
    const record = await generateSigningKey(SECRET)
    const keys = keySet([record])
    expect(keys.get(record.kid)?.type).toBe('public')
    expect(keys.get('__proto__')).toBeUndefined()
  })
})
