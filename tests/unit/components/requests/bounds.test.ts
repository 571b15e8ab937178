import { expect, it } from 'vitest'
import { boundsOf } from '@/components/requests/bounds'

const ended = new Date('2026-11-24T14:02:13Z')
const at = (time: string) => new Date(`2026-11-24T${time}Z`)
const vault = { id: 'S-1', name: 'Vault', check: 'introspection' } as const
const refunds = { id: 'S-2', name: 'Refunds', check: 'introspection' } as const
const tickets = { id: 'S-3', name: 'Tickets', check: 'offline' } as const

it('says that those who ask refuse at once and names the end of the last token of those who do not', () => {
  const tokens = [
    { serverName: 'Tickets', expires: at('14:04:00') },
    { serverName: 'Tickets', expires: at('14:06:40') },
    { serverName: 'Vault', expires: at('14:07:00') },
  ]
  expect(boundsOf([vault, refunds, tickets], tokens, ended)).toEqual([
    'Vault and Refunds ask at every call: refused from 14:02:13 UTC on.',
    'Tickets verifies offline: refuses when its last token ends at 14:06:40 UTC. 2 tokens still ran.',
  ])
})

it('counts no token that had ended before', () => {
  expect(boundsOf([tickets], [{ serverName: 'Tickets', expires: at('14:02:13') }], ended)).toEqual([
    'Tickets verifies offline and holds no token that still runs: refused from 14:02:13 UTC on.',
  ])
})

it('says asks of one server alone', () => {
  expect(boundsOf([vault], [], ended)).toEqual(['Vault asks at every call: refused from 14:02:13 UTC on.'])
})
