import { describe, expect, it } from 'vitest'
import { readProviderClaims } from '@/lib/domain/provider-claims'

const provider = { issuer: 'https://idp.example', groupsClaim: 'groups' }
const claims = { iss: 'https://idp.example', sub: '248289761001', name: 'Requester', groups: ['a', 'b'] }
const read = (changes: object) => readProviderClaims({ ...claims, ...changes }, provider)

describe('the claims of a provider', () => {
  it('say who somebody is by issuer and subject, with name and groups', () => {
    expect(read({})).toEqual({
      issuer: 'https://idp.example',
      subject: '248289761001',
      name: 'Requester',
      groups: ['a', 'b'],
    })
  })

  it.each([
    ['another issuer', { iss: 'https://idp.example/' }],
    ['no issuer', { iss: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is no text', { sub: 7 }],
    ['a subject with NUL', { sub: 'a\u0000' }],
    ['a subject beyond 255 characters', { sub: 's'.repeat(256) }],
  ])('are nobody with %s', (_, changes) => {
    expect(read(changes)).toBeNull()
  })

  it.each([
    ['Re\u202equester\u200b', 'Requester'],
    ['  two\n words ', 'two words'],
    ['n'.repeat(500), 'n'.repeat(120)],
    ['\ud800lone', '\ufffdlone'],
  ])('give %o as the name %o', (name, shown) => {
    expect(read({ name })?.name).toBe(shown)
  })

  it('fall back to the user name and then to the subject, never to an e-mail address', () => {
    const nameless = { name: undefined, email: 'approver@example.test' }
    expect(read({ ...nameless, preferred_username: 'approver' })?.name).toBe('approver')
    expect(read(nameless)?.name).toBe('248289761001')
  })

  it.each([
    ['one', ['one']],
    [
      ['a', 7, null, 'b'],
      ['a', 'b'],
    ],
    [undefined, []],
    [{ a: true }, []],
  ])('read the groups %o as %o', (groups, found) => {
    expect(read({ groups })?.groups).toEqual(found)
  })
})
