import { expect, test } from 'vitest'
import { nameFor } from '@/lib/web/own-address'

const OWN = 'http://localhost:3000'

test('who comes by number goes on by name, to the same page', () => {
  expect(nameFor('127.0.0.1:3000', OWN, '/requests?state=live')).toBe(
    'http://localhost:3000/requests?state=live',
  )
  expect(nameFor('[::1]:3000', OWN, '/')).toBe('http://localhost:3000/')
})

test('nobody is sent anywhere else', () => {
  expect(nameFor('localhost:3000', OWN, '/')).toBeNull()
  expect(nameFor('127.0.0.1:4000', OWN, '/')).toBeNull()
  expect(nameFor('evil.example', OWN, '/')).toBeNull()
  expect(nameFor('127.0.0.1:3000', 'https://console.example', '/')).toBeNull()
  expect(nameFor('not a host', OWN, '/')).toBeNull()
})
