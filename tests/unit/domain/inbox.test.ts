import { describe, expect, test } from 'vitest'
import { differenceWords, firstTime } from '@/components/approvals/difference-words'
import { layOut, newRows, STAYS_MS } from '@/components/approvals/laid-rows'
import { meanwhileWords } from '@/components/approvals/meanwhile-words'
import { whyNotAtOnce } from '@/lib/domain/bulk'
import { type AgentPast, type Asked, differenceOf, GRANTS_LOOKED_AT } from '@/lib/domain/difference'
import { AgentId, PersonId, RequestId, ScopeId } from '@/lib/domain/ids'
import {
  type Inbox,
  type InboxRow,
  inboxHref,
  inboxQueryOf,
  placeFrom,
  placeText,
  WHOLE_INBOX,
} from '@/lib/domain/inbox'
import { meanwhileOf, type Turned } from '@/lib/domain/meanwhile'

const [read, secret, call] = ['X-READ', 'X-SECRET', 'X-CA11'].map((id) => ScopeId.parse(id))
if (!read || !secret || !call) throw new Error('There are three scopes.')
const NOW = Date.parse('2026-11-26T12:00:00Z')

const scopes = [
  { id: read, action: 'ticket:read', resource: 'tickets/4711', server: 'Tickets', sensitivity: 1 },
  { id: secret, action: 'secret:read', resource: 'db/prod', server: 'Vault', sensitivity: 3 },
] as const

describe('what is new in a request', () => {
  const asked = { scopeIds: [read, secret], seconds: 7200, environment: 'staging' }
  const past = (last: AgentPast['last'], more: Partial<AgentPast> = {}): AgentPast => ({
    ...{ grants: 3, known: [read, secret], last },
    ...more,
  })
  const words = (of: AgentPast, from: Asked = asked) => differenceWords(differenceOf(from, of), [...scopes])

  test('an agent without a past', () => {
    const first = differenceOf(asked, { grants: 0, known: [], last: null })
    expect(first).toMatchObject({ kind: 'first', never: [read, secret], isWhole: true })
    expect(firstTime(first, [...scopes])).toBe('It would be the first grant of this agent.')
    expect(differenceWords(first, [...scopes])).toBe('This agent was never given anything.')
  })

  test('a scope more, and longer', () => {
    const last = { scopeIds: [read], seconds: 1800, environment: 'staging' }
    expect(words(past(last))).toBe('new: secret:read db/prod; 2 h instead of 30 min')
  })

  test('a scope fewer, elsewhere', () => {
    const last = { scopeIds: [read, secret, call], seconds: 7200, environment: 'production' }
    expect(words(past(last))).toBe('without 1 scope of last time; staging instead of production')
  })

  test('the same again, and nothing like it', () => {
    expect(words(past({ ...asked }))).toBe('The same as last time.')
    expect(words(past(null))).toBe('Nothing like it among its last grants.')
  })

  test('other sub-agents that signatures count for, or deeper', () => {
    const agents = [
      ['one', 'A-0NE1'],
      ['two', 'A-TW02'],
    ].map(([slug = '', id]) => ({ id: AgentId.parse(id), slug, identity: slug }))
    const naming = (count: number, depth = 1) => ({
      ...asked,
      delegation: { agents: agents.slice(0, count), depth },
    })
    expect(words(past(naming(2)), naming(2))).toBe('The same as last time.')
    expect(words(past(asked), naming(1))).toBe('for the sub-agents one, 1 level down, too')
    expect(words(past(naming(1)), asked)).toBe('for no sub-agents this time')
    expect(words(past(naming(1)), naming(2))).toBe(
      'for the sub-agents one and two, 1 level down, too, instead of one, 1 level down',
    )
    expect(differenceOf(naming(1, 2), past(naming(1))).kind).toBe('differs')
  })

  test('a scope never held is told from one that the last grant lacked', () => {
    const last = { scopeIds: [read], seconds: 7200, environment: 'staging' }
    const held = differenceOf(asked, past(last))
    expect(held).toMatchObject({ kind: 'differs', added: [secret], never: [] })
    expect(firstTime(held, [...scopes])).toBeNull()
    const never = differenceOf(asked, past(last, { known: [read] }))
    expect(firstTime(never, [...scopes])).toBe('This agent never held secret:read db/prod.')
    const long = differenceOf(asked, past(last, { known: [read], grants: GRANTS_LOOKED_AT }))
    expect(firstTime(long, [...scopes])).toBe('None of its last 100 grants held secret:read db/prod.')
  })
})

describe('what became of a request meanwhile', () => {
  const [me, second] = [PersonId.parse('P-MEEE'), PersonId.parse('P-SEC0ND')]
  const vote = (personId: PersonId, verdict: 'approve' | 'deny', secondsAgo: number, version = 1) => ({
    ...{ personId, personName: personId === me ? 'Approver' : 'Second approver', verdict, version },
    signed: new Date(NOW - secondsAgo * 1000),
  })
  const said = (of: Partial<Turned>) => {
    const request: Turned = {
      ...{ state: 'awaiting', version: 1, approvals: [], decided: null },
      answerBy: new Date(NOW + 3600_000),
      ...of,
    }
    return meanwhileWords(meanwhileOf(request, me, new Date(NOW)), NOW)
  }

  test('somebody else was first', () => {
    const approvals = [vote(second, 'approve', 10)]
    expect(said({ state: 'granted', approvals })).toBe(
      'Second approver approved this 10 seconds ago. It is live.',
    )
    expect(said({ approvals })).toBe('Second approver approved this 10 seconds ago. It waits for others now.')
    expect(said({ state: 'denied', approvals: [vote(second, 'deny', 61)] })).toBe(
      'Second approver denied this 1 minute ago. Nothing was given.',
    )
  })

  test('the last vote on the present version counts', () => {
    const approvals = [vote(second, 'approve', 30), vote(me, 'approve', 5), vote(second, 'deny', 1, 0)]
    expect(said({ state: 'granted', approvals })).toBe('You approved this 5 seconds ago. It is live.')
  })

  test('nobody decided it', () => {
    const decided = new Date(NOW - 3000)
    expect(said({ state: 'withdrawn', decided })).toBe('This was withdrawn 3 seconds ago.')
    expect(said({ state: 'refused', decided })).toMatch(/^Policy refused this 3 seconds ago/)
    expect(said({ answerBy: new Date(NOW - 2000) })).toBe('This expired unanswered 2 seconds ago.')
    expect(said({})).toBe('This does not wait for you any more.')
  })
})

const rowOf = (id: string): InboxRow => ({
  ...{ id: RequestId.parse(id), version: 1, agent: 'triage', requester: 'Requester', scopes: [...scopes] },
  ...{
    sensitivity: 3,
    durationSeconds: 1800,
    uses: null,
    delegation: null,
    environment: 'staging',
    filed: NOW,
    answerBy: NOW + 1000,
  },
  stage: { name: 'security', tenantId: 'T-1', groupName: 'Security', quorum: 1, counted: 0 },
  ...{ lastVote: null, signers: [], asked: { scopes: 2, durationSeconds: 1800 } },
  difference: differenceOf(
    { scopeIds: [], seconds: 1, environment: '' },
    { grants: 0, known: [], last: null },
  ),
  template: { id: 'E-1', name: 'Template' },
  words: [],
  isOpened: true,
})

describe('the list on the page', () => {
  const inbox = (ids: readonly string[], gone: string[] = [], now = NOW): Inbox => ({
    ...{ now, rows: ids.map(rowOf), crowds: [], next: null },
    gone: gone.map((id) => ({
      id: RequestId.parse(id),
      meanwhile: { what: 'denied', by: 'Second approver', isMe: false, at: now },
    })),
  })
  const ids = (rows: ReturnType<typeof layOut>) =>
    rows.map(({ row, gone }) => `${row.id}${gone ? ` ${gone.what}` : ''}`)
  const before = layOut([], inbox(['R-AAAA', 'R-BBBB', 'R-CCCC']), false)

  test('keeps every row in its place while somebody is at it, and says what became of one', () => {
    const fresh = inbox(['R-NEW1', 'R-AAAA', 'R-CCCC'], ['R-BBBB'])
    expect(ids(layOut(before, fresh, true))).toEqual(['R-AAAA', 'R-BBBB denied', 'R-CCCC'])
    expect(newRows(before, fresh).map(({ id }) => id)).toEqual(['R-NEW1'])
  })

  test('takes what is new when nobody is at it, and a row that is over stays for a moment', () => {
    const fresh = inbox(['R-NEW1', 'R-AAAA', 'R-CCCC'], ['R-BBBB'])
    const laid = layOut(before, fresh, false)
    expect(ids(laid)).toEqual(['R-NEW1', 'R-BBBB denied', 'R-AAAA', 'R-CCCC'])
    const later = inbox(['R-NEW1', 'R-AAAA', 'R-CCCC'], [], NOW + STAYS_MS)
    expect(ids(layOut(laid, later, false))).toEqual(['R-NEW1', 'R-AAAA', 'R-CCCC'])
  })

  test('a row that is over and not explained yet is explained by the next answer', () => {
    const bare = layOut(before, inbox(['R-AAAA', 'R-CCCC']), true)
    expect(ids(bare)).toEqual(['R-AAAA', 'R-BBBB changed', 'R-CCCC'])
    const told = layOut(bare, inbox(['R-AAAA', 'R-CCCC'], ['R-BBBB']), true)
    expect(ids(told)).toEqual(['R-AAAA', 'R-BBBB denied', 'R-CCCC'])
    expect(ids(layOut(told, inbox(['R-AAAA', 'R-BBBB', 'R-CCCC']), true))).toEqual([
      'R-AAAA',
      'R-BBBB',
      'R-CCCC',
    ])
  })
})

describe('several approved at once', () => {
  const low = (id: string): InboxRow => {
    const row = rowOf(id)
    return { ...row, sensitivity: 1, scopes: row.scopes.map((scope) => ({ ...scope, sensitivity: 1 })) }
  }
  const [one, two] = [low('R-AAAA'), low('R-BBBB')]

  test('only what is alike, low, of a template and opened', () => {
    expect(whyNotAtOnce([one, two])).toBeNull()
    expect(whyNotAtOnce([one])).toBe('Select at least two requests.')
    expect(whyNotAtOnce([one, rowOf('R-BBBB')])).toBe(
      'R-BBBB is not of low sensitivity. Approve it by itself.',
    )
    expect(whyNotAtOnce([one, { ...two, template: null }])).toMatch(/^R-BBBB is not from a template/)
    const delegation = { agents: [], depth: 1 }
    expect(
      whyNotAtOnce([
        { ...one, delegation },
        { ...two, delegation },
      ]),
    ).toBe('R-AAAA names sub-agents. Approve it by itself.')
    expect(whyNotAtOnce([one, { ...two, isOpened: false }])).toBe(
      'Open each one first. Not opened in the last 5 minutes: R-BBBB.',
    )
    for (const other of [
      { ...two, durationSeconds: 60 },
      { ...two, environment: 'production' },
      { ...two, agent: 'other' },
      { ...two, template: { id: 'E-2', name: '' } },
      { ...two, scopes: two.scopes.slice(1) },
      { ...two, stage: { ...two.stage, name: 'data-owners' } },
    ])
      expect(whyNotAtOnce([one, other])).toBe('They are not identical. Approve them one by one.')
  })
})

describe('the address of the inbox', () => {
  test('says what is looked at, and nothing else is believed', () => {
    const after = placeText({ risk: 2, filed: new Date(NOW), id: 'R-AAAA' })
    const query = { risk: 'high', agent: 'refund-triage', group: 'security', after }
    const href = inboxHref(query)
    expect(inboxQueryOf(Object.fromEntries(new URL(href, 'http://x').searchParams))).toEqual(query)
    expect(placeFrom(after)).toEqual({ risk: 2, filed: new Date(NOW), id: 'R-AAAA' })
    expect(inboxHref(WHOLE_INBOX)).toBe('/approvals')
    for (const after of [
      '4_1_R-AAAA',
      '3_x_R-AAAA',
      "3_1_R-A' or 1=1",
      '3_99999999999999_R-AAAA',
      '__proto__',
    ])
      expect(placeFrom(after)).toBeNull()
    expect(
      inboxQueryOf({
        risk: 'highest',
        agent: 'A B',
        group: ['a', 'b'],
        after: '1',
        __proto__: { risk: 'low' },
      }),
    ).toEqual(WHOLE_INBOX)
  })
})
