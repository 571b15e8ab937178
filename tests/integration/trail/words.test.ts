import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareEvents } from '@/lib/data/append-events'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor } from '@/lib/domain/access'
import { DecisionId } from '@/lib/domain/ids'
import type { JsonObject } from '@/lib/domain/json'
import { done } from '@/lib/domain/result'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld, yes } from '@/tests/harness/demo'
import { setup } from '@/tests/harness/world'

let db: FreshDatabase
let auditor: Actor
const decision = DecisionId.parse('D-0123456789AB')

/** One event with this data, and its place in the trail. */
async function written(data: JsonObject): Promise<number> {
  const { tenantId } = auditor
  const event = { type: 'trust.changed', outcome: 'done', tenantId, decisionIds: [decision], data } as const
  yes(await commit(setup, done(null, event), async () => {}))
  const { rows } = await pool().query<{ leaf: string }>('select max(leaf) as leaf from trail_event')
  return Number(rows[0]?.leaf)
}

const leavesOf = async (text: string) =>
  (await searchTrail(auditor, parseTrailQuery(text).query, { take: 1000 })).rows.map(({ leaf }) => leaf)

const DATA = {
  server: 'https://tickets.example',
  resource: 'https://tickets.example/t/4711',
  scope: 'ticket:read',
  policy: 'tasks-may-read',
  reason: 'actor_key_mismatch',
  rule: 'data-owners-countersign-every-production-export',
  workload: 'spiffe://trust.example/env/production/agent/refund-triage',
  action: 'crm:contact:read',
  owner: "O'Brien",
  said: 'Second thoughts about it',
  key: 'CdRdPGE9CHz0C_Voqwp9pNROgPbPTqxvj0EuqC37I58',
}
// What the database takes apart by itself is not found by several steps from its middle.
const BEFORE_NOT = ['4711', 'trust.changed', 'countersign-every', '/env/production', 'triage']
const FINDS = [
  ...['tickets.example', 'tickets.ex', 'https://tickets.example', 'HTTPS://Tickets.example/t/4711', '4711'],
  ...['ticket:read', 'ticket', 'ticket:', 'read', 'tasks-may-read', 'tasks-may', 'may'],
  ...['key_mismatch', 'mismatch', 'countersign-every', 'export', '/env/production', 'contact:read'],
  ...[
    'brien',
    'triage',
    'thoughts',
    '"Second thoughts"',
    'CdRdPGE9CHz0C_Voqwp9pNROgPbPTqxvj0EuqC37I58',
    'cdrdpge9',
  ],
  ...[decision.toLowerCase(), 'D-0123', `decision:${decision}`, 'trust.changed'],
]

beforeAll(async () => {
  db = await freshDatabase()
  auditor = await (await demoWorld()).actor('compliance-officer')
})
afterAll(() => db.dispose())

describe('an event', () => {
  test.each(FINDS)('is found by %s', async (text) => {
    const leaf = await written(DATA)
    expect(await leavesOf(text)).toContain(leaf)
  })

  test('is not found by what it is not called', async () => {
    const leaf = await written(DATA)
    for (const text of ['"thoughts second"', '4712', 'decision:D-0123456789AC', 'tickets.examples', 'xead'])
      expect(await leavesOf(text), text).not.toContain(leaf)
  })

  // One word each, as long or as many as an event can hold.
  test.each([
    ['a word of 20,000 letters', { text: 'x'.repeat(20_000) }, 'xxxxx'],
    ['a long word of letters of four bytes', { text: '\u{1d4d0}'.repeat(4000) }, '\u{1d4d0}\u{1d4d0}'],
    [
      '2,000 words',
      Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`n${at}`, `w${at}`])),
      'w1999',
    ],
    ['nothing but separators', { text: '://-:/' }, 'trust.changed'],
    ['quotes and backslashes', { text: `it's\\"so"` }, 'it'],
  ] as [string, JsonObject, string][])('with %s is written and found', async (_, data, text) => {
    const leaf = await written(data)
    expect(await leavesOf(text)).toContain(leaf)
  })

  test('that older code wrote, or writes beside this, is found by the same', async () => {
    const { tenantId } = auditor
    const event = { type: 'trust.changed', outcome: 'done', tenantId, decisionIds: [decision] } as const
    const [sql, rows, ...more] = prepareEvents([{ act: setup, event }])
    const [row] = JSON.parse(String(rows))
    const words = Object.values(DATA).concat(decision).join(' ')
    const { lexemes: _, ...old } = { ...row, words }
    const answer = await pool().query<{ next_leaf: string }>(sql, [JSON.stringify([old]), ...more])
    const found = FINDS.filter((text) => !BEFORE_NOT.includes(text))
    const leaf = Number(answer.rows[0]?.next_leaf) - 1
    for (const text of found) expect(await leavesOf(text), text).toContain(leaf)
  })
})

describe('a search', () => {
  test.each([
    ...['https://', "'", '\\', "\\'", ':*', '*', '|', '&', '!', '( )', '<->', "'':*", '"https://"', '-', ':'],
    ...['x'.repeat(300), '\u{1d4d0}'.repeat(300), 'decision:https://', "decision:'"],
  ])('for %s is no error', async (text) => {
    expect(Array.isArray(await leavesOf(text))).toBe(true)
  })
})
