import { expect, test } from 'vitest'
import { plainAddress } from '@/lib/domain/plain-address'

test.each(['https://a.example', 'http://127.0.0.1:8080/x', 'https://a.example/b?c=d'])(
  '%s says where and nothing else',
  (text) => {
    expect(plainAddress(text)).toEqual(new URL(text))
  },
)

test.each([
  'a.example',
  'ftp://a.example',
  'https://user@a.example',
  'https://:secret@a.example',
  'https://user:secret@a.example',
  'https://a.example/#b',
  'https://',
])('%s does not', (text) => {
  expect(plainAddress(text)).toBeNull()
})
