import { expect, it } from 'vitest'
import { returnPath } from '@/lib/web/return-path'

it('keeps a path of this console with its query', () => {
  expect(returnPath('/requests/new?template=summarise')).toBe('/requests/new?template=summarise')
})

it.each([
  undefined,
  ['/a', '/b'],
  '',
  'requests',
  'https://evil.example/x',
  '//evil.example/x',
  '/\\evil.example/x',
  '/\t/evil.example',
  '/.//evil.example',
  '/sign-in?to=/sign-in',
])('goes home instead of %j', (to) => {
  expect(returnPath(to)).toBe('/')
})
