import { describe, expect, it } from 'vitest'
import { callerAddress, networkOf } from '@/lib/domain/caller-address'

describe('where somebody calls from', () => {
  it.each([
    ['203.0.113.9', 0, null],
    [null, 1, null],
    ['203.0.113.9', 1, '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9', 1, '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
    ['2001:db8::1', 1, '2001:db8::1'],
    ['203.0.113.9', 2, null],
    ['somebody\u001b[31m', 1, null],
    ['', 1, null],
  ])('%o behind %i proxies is %o', (header, proxies, address) => {
    expect(callerAddress(header, proxies)).toBe(address)
  })
})

describe('whom an address counts for', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::1', '0:0:0:0::/64'],
    [':::', ':::'],
  ])('%s counts for %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
