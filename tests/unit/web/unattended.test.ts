import { expect, test } from 'vitest'
import { unattendedCookie, unattendedName } from '@/lib/web/unattended'

test('the mark that nobody is there is of this host and of secure connections alone where there are any', () => {
  expect(unattendedName(true)).toBe('__Host-countersign.unattended')
  // RFC 6265bis §4.1.3.2: without each of these a browser drops a cookie of that name.
  expect(unattendedCookie(true, 5)).toBe(
    '__Host-countersign.unattended=1; Path=/; Max-Age=5; SameSite=Lax; Secure',
  )
  expect(unattendedCookie(false, 0)).toBe('countersign.unattended=1; Path=/; Max-Age=0; SameSite=Lax')
})
