import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { DecisionPart } from '@/components/requests/decision-part'
import { EffectiveAccess } from '@/components/requests/effective-access'
import type { RequestView } from '@/components/requests/request-view'
import type { Status } from '@/lib/domain/status'

const SCOPE = { id: 'X-1', action: 'a:b', resource: 'r', sensitivity: 1, serverName: 's', dataDomain: 'd' }
const MADE = new Date('2026-11-25T12:00:00Z')
const HELD = { id: 'D-1', scopeId: 'X-1', action: 'a:b', verdict: 'held', asked: 'filed', made: MADE }
const EXPIRES = new Date('2026-11-25T12:30:00Z')

function viewOf(status: Status, minutes = 30): RequestView {
  const asked = { scopes: [SCOPE], durationSeconds: 1800, uses: null, delegation: null }
  const hasGrant = ['live', 'completed', 'revoked', 'expired'].includes(status)
  const request = {
    ...{ agent: { slug: 'triage', id: 'A-1', identities: [] }, environment: 'staging', scopes: [SCOPE] },
    ...{ requester: { name: 'Nora' }, decisionIds: ['D-1'] },
    grant: hasGrant ? { opened: MADE, expires: EXPIRES, usesLeft: null } : null,
  }
  const decision = { ...HELD, policyIds: ['p'], says: ['It needs one.'], errors: [], policySet: 'abcdef0123' }
  const vote = { personName: 'Ana' }
  return {
    ...{ status, request, asked, effective: { ...asked, durationSeconds: minutes * 60 }, previous: null },
    ...{ changes: minutes < 30 ? [{ vote, own: { struck: [], shortened: {}, capped: null } }] : [] },
    ...{ lostIds: [], children: [], parent: null, levelsBelow: 0, cedarOf: new Map(), policySerial: 1 },
    decisions: [decision],
  } as unknown as RequestView
}

const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',')

const access = (view: RequestView) => textOf(renderToStaticMarkup(<EffectiveAccess view={view} />))
const decided = (status: Status) => textOf(renderToStaticMarkup(<DecisionPart view={viewOf(status)} />))

describe('what a request that has ended says of the access it asked for', () => {
  test.each<Status>(['refused', 'denied', 'withdrawn', 'lapsed'])('never given: %s', (status) => {
    const said = access(viewOf(status))
    expect(said).toContain('30 minutes asked for, never granted')
    expect(said).toContain('staging, as the agent would have had to prove')
    expect(said).toContain('No token was issued')
    expect(said).toContain('no earlier grant of this agent')
    expect(access(viewOf(status, 10))).toContain('30 minutes 10 minutes, never granted Shortened by Ana')
  })

  test('the time of the grant before stands there as what it was', () => {
    const previous = { ...viewOf('denied').request, id: 'R-1', filed: MADE, durationSeconds: 900 }
    const compared = (status: Status) => access({ ...viewOf(status), previous } as RequestView)
    expect(compared('denied')).toContain('never granted (last grant: 15 minutes)')
    expect(compared('awaiting')).toContain('from the last signature (was 15 minutes)')
  })

  test.each<[Status, string]>([
    ['completed', '30 minutes, no longer than'],
    ['revoked', '30 minutes, no longer than'],
    ['expired', '30 minutes, until'],
  ])('given and over: %s', (status, time) => {
    const said = access(viewOf(status))
    expect(said).toContain(time)
    expect(said).toContain('as the agent had to prove')
    expect(said).toContain('Tokens lasted 5 minutes')
  })

  test('one that waits, or is live, says what holds', () => {
    expect(access(viewOf('awaiting'))).toContain('30 minutes from the last signature')
    expect(access(viewOf('live'))).toContain('30 minutes, until')
    for (const status of ['awaiting', 'live'] as const)
      expect(access(viewOf(status))).toContain('as the agent has to prove')
  })
})

test.each<[Status, string]>([
  ['awaiting', 'Held until it is signed.'],
  ['denied', 'It was held for signatures, and denied.'],
  ['withdrawn', 'It was held for signatures, and withdrawn.'],
  ['lapsed', 'It was held for signatures that did not come in time.'],
  ['refused', 'It needed signatures.'],
  ['revoked', 'Lifted by the signatures.'],
])('what came of a demand for signatures: %s', (status, says) => {
  expect(decided(status)).toContain(`It needs one. ${says}`)
})
