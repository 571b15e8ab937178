import { describe, expect, test } from 'vitest'
import { detailsOf, narrow, scopeText } from '@/lib/domain/narrowing'
import { Scope } from '@/lib/domain/scope'
import { scopesAskedFor } from '@/lib/domain/step'

const TICKETS = 'https://tickets.example'

const scope = (action: string, path: string, dataDomain = 'support', server = TICKETS) =>
  Scope.parse({
    ...{
      id: `X-${action === 'ticket:read' ? 'READ' : 'NEXT'}`,
      action,
      resource: `${server}${path}`,
      dataDomain,
    },
    ...{ sensitivity: 1, maxSeconds: 3600, tenantId: 'T-ACME', serverId: 'S-ACME', serverName: 'Tickets' },
    ...{ serverIdentifier: server, serverType: 'ticket' },
  })

const GRANT = [
  scope('ticket:read', '/t/1'),
  scope('ticket:comment', '/t/1'),
  scope('ticket:read', '/t/2', 'billing'),
  scope('ticket:read', '/t/3', 'support', 'https://other.example'),
]

const ask = (more: { scope?: string; details?: unknown; resource?: string } = {}) =>
  narrow(GRANT, {
    resource: more.resource ?? TICKETS,
    scope: more.scope ?? null,
    authorizationDetails: more.details === undefined ? null : JSON.stringify(more.details),
  })

const got = (result: ReturnType<typeof narrow>) =>
  result.ok
    ? result.scopes.map(({ action, resource }) => `${action} ${resource.slice(TICKETS.length)}`)
    : result.reason

const item = (actions: string[], locations: string[], more: object = {}) => ({
  ...{ type: 'ticket', actions, locations: locations.map((path) => `${TICKETS}${path}`) },
  ...more,
})

describe('narrowing', () => {
  test('everything at one server, and nothing of another', () => {
    expect(got(ask())).toEqual(['ticket:read /t/1', 'ticket:comment /t/1', 'ticket:read /t/2'])
    expect(got(ask({ resource: 'https://nowhere.example' }))).toBe('target_unknown')
    expect(got(ask({ resource: `${TICKETS}/` }))).toBe('target_unknown')
  })

  test('by scope', () => {
    expect(got(ask({ scope: 'ticket:comment' }))).toEqual(['ticket:comment /t/1'])
    expect(got(ask({ scope: 'ticket:comment ticket:delete' }))).toBe('scope_not_granted')
    for (const list of [' ticket:read', 'ticket:read  ticket:comment', 'ticket:read\n', '"', 'ä'])
      expect(got(ask({ scope: list }))).toBe('scope_malformed')
    expect(got(ask({ scope: 'a'.repeat(5000) }))).toBe('scope_malformed')
  })

  test('by authorization_details, where every action at every location has to be granted', () => {
    expect(got(ask({ details: [item(['ticket:read'], ['/t/1', '/t/2'])] }))).toEqual([
      'ticket:read /t/1',
      'ticket:read /t/2',
    ])
    expect(got(ask({ details: [item(['ticket:read', 'ticket:comment'], ['/t/1', '/t/2'])] }))).toBe(
      'details_not_granted',
    )
    expect(got(ask({ details: [item(['ticket:read'], ['/t/2'], { datatypes: ['support'] })] }))).toBe(
      'details_not_granted',
    )
    expect(got(ask({ details: [item(['ticket:read'], ['/t/2'], { datatypes: ['billing'] })] }))).toEqual([
      'ticket:read /t/2',
    ])
  })

  test('what no server here offers is refused', () => {
    const one = item(['ticket:read'], ['/t/1'])
    const wrong = [
      {},
      [],
      [{ ...one, type: 'other' }],
      [{ ...one, uses: 1 }],
      [{ ...one, more: 1 }],
      [{ ...one, identifier: 'x' }],
    ]
    for (const details of wrong) expect(got(ask({ details }))).toBe('details_invalid')
    const twice = narrow(GRANT, {
      resource: TICKETS,
      scope: null,
      authorizationDetails: '[{"type":"a","type":"b"}]',
    })
    expect(got(twice)).toBe('details_invalid')
  })

  test('both together are what both allow', () => {
    const details = [item(['ticket:read'], ['/t/1'])]
    expect(got(ask({ scope: 'ticket:read', details }))).toEqual(['ticket:read /t/1'])
    expect(got(ask({ scope: 'ticket:comment', details }))).toBe('scope_not_granted')
  })
})

describe('uses', () => {
  const asking = GRANT.map((one) => ({ ...one, asksOnline: one.action === 'ticket:read' }))
  const sent = (details: unknown, uses: number | null = 3) =>
    got(
      narrow(asking, { resource: TICKETS, scope: null, authorizationDetails: JSON.stringify(details) }, uses),
    )

  test('as they were handed out may be sent back', () => {
    const here = asking.slice(0, 3)
    const handedOut = detailsOf(here, 3)
    expect(handedOut.some(({ uses }) => uses === 3)).toBe(true)
    expect(sent(handedOut)).toHaveLength(3)
  })

  test('of another number are beyond the grant, and where none are counted they are no field', () => {
    const read = (uses: number) => [item(['ticket:read'], ['/t/1'], { uses })]
    expect(sent(read(3))).toEqual(['ticket:read /t/1'])
    expect([sent(read(4)), sent(read(2))]).toEqual(['details_not_granted', 'details_not_granted'])
    expect(sent(read(3), null)).toBe('details_invalid')
    expect(sent([{ ...read(3)[0], identifier: 'x' }])).toBe('details_invalid')
  })

  test('stand in what is proposed as the grant has them', () => {
    const asked = (uses: number, cap: number | null) => ({
      found: scopesAskedFor(
        asking,
        { authorization_details: [item(['ticket:read'], ['/t/1'], { uses })] },
        cap,
      ),
    })
    expect(asked(3, 3).found).toHaveLength(1)
    expect([asked(2, 3).found, asked(3, null).found]).toEqual([null, null])
  })
})

test('items never say more than was granted when they are multiplied', () => {
  const here = GRANT.slice(0, 3)
  expect(detailsOf(here)).toEqual([
    item(['ticket:read', 'ticket:comment'], ['/t/1'], { datatypes: ['support'] }),
    item(['ticket:read'], ['/t/2'], { datatypes: ['billing'] }),
  ])
  expect(scopeText(here)).toBe('ticket:comment ticket:read')
  expect(got(ask({ details: detailsOf(here) }))).toHaveLength(3)
})
