import { describe, expect, it } from 'vitest'
import { normaliseHtu } from '@/lib/identity/htu'

describe('normaliseHtu', () => {
  it.each([
    ['https://server.example/token', 'https://server.example/token'],
    ['HTTPS://Server.EXAMPLE:443/token?a=b#c', 'https://server.example/token'],
    ['http://server.example:80', 'http://server.example/'],
    ['http://server.example:8080/a/../b/./c', 'http://server.example:8080/b/c'],
    ['https://server.example/%7euser/%2f', 'https://server.example/~user/%2F'],
  ])('%s is %s', (address, normal) => {
    expect(normaliseHtu(address)).toBe(normal)
  })

  it.each([
    '',
    'token',
    '//server.example/token',
    'ftp://server.example/',
    'javascript:alert(1)',
    ' https://server.example/',
    'https://server.example\\token',
    'https://ser\tver.example/',
    'https://user@server.example/',
    'https://user:secret@server.example/',
    'https://',
    'https://sérver.example/',
    `https://server.example/${'x'.repeat(2048)}`,
  ])('refuses %j', (address) => {
    expect(normaliseHtu(address)).toBeNull()
  })

  it('keeps an escaped slash apart from a slash', () => {
    expect(normaliseHtu('https://a/b%2Fc')).not.toBe(normaliseHtu('https://a/b/c'))
  })
})
