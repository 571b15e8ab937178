import { describe, expect, it } from 'vitest'
import { carriedIpv4 } from '@/lib/domain/ipv6'

describe('the IPv4 address in an IPv6 one', () => {
  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::192.0.2.1', '192.0.2.1'],
    ['64:FF9B::c000:201', '192.0.2.1'],
    ['2002:c000:0201::1', '192.0.2.1'],
    ['::', '0.0.0.0'],
    ['::1', null],
    ['2001:db8::192.0.2.1', null],
    ['fe80::1%eth0', null],
    ['192.0.2.1', null],
  ])('of %s is %s', (address, carried) => {
    expect(carriedIpv4(address)).toBe(carried)
  })
})
