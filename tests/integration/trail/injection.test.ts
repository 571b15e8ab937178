import { afterAll, beforeAll, expect, test } from 'vitest'
import { cursorFrom, statusesOf } from '@/components/requests/list-filter'
import { databaseNow } from '@/lib/data/clock'
import { listLiveGrants } from '@/lib/data/live-grants'
import { countTrail, readTrail } from '@/lib/data/trail-export'
import { searchTrail } from '@/lib/data/trail-search'
import { summariseTrail } from '@/lib/data/trail-summary'
import { listVisibleRequests } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { liveFilterOf } from '@/lib/domain/live-grant'
import { EVERYTHING, readTrailParams, TRAIL_FIELDS } from '@/lib/domain/trail-query'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { seeded } from '@/tests/unit/support/forge'
import { type AccessWorld, accessWorld } from '../access/world'

const INPUTS = 2000
const ALL = { take: 10_000 }

let db: FreshDatabase
let world: AccessWorld

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  const { demo, actors } = world
  await demo.file('summarise-a-ticket', actors.requester)
  await demo.file('rotate-a-production-secret', actors.requester, {
    justification: 'It\'s 100% \\ "quoted".',
  })
  await demo.file('summarise-a-ticket', actors.otherRequester)
})
afterAll(() => db.dispose())

/** What means something to SQL, to a full text query, to JSON, to LIKE, to a driver or to nobody. */
const PIECES = [
  ...[
    "'",
    "''",
    '"',
    '`',
    '\\',
    "\\'",
    ';',
    '--',
    '/*',
    '*/',
    '#',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '$1',
    '$$',
    '$a$',
  ],
  ...[
    '%',
    '_',
    '*',
    '?',
    ':*',
    '!',
    '&',
    '|',
    '<->',
    '<',
    '>',
    '=',
    '@>',
    '||',
    '::text',
    '::int[]',
    ':',
    ',',
    '.',
  ],
  ...[
    ' or 1=1 ',
    ' union select null ',
    '; drop table trail_event; ',
    ' and pg_sleep(9) ',
    'E\\047',
    "U&'\\0027'",
  ],
  ...[
    'null',
    'true',
    'NaN',
    '-1',
    '0',
    '1e999',
    '9'.repeat(30),
    'request',
    'agent:',
    'human:',
    'event:',
    'after:',
  ],
  ...[
    'before:',
    'outcome:',
    'policy:',
    'grant:',
    'decision:',
    'refund-triage',
    'grant.revoked',
    '2026-11-23',
    'R-',
    'T',
  ],
  ...[
    '\0',
    '\n',
    '\r',
    '\t',
    '\u0001',
    '\u00a0',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\udc00',
    '😀',
    'é',
    'ﬀ',
    'ı',
    'İ',
  ],
  ...[
    ' ',
    '  ',
    '{"a":1}',
    '[{"name":"security"}]',
    '<script>',
    '../',
    '%00',
    '%27',
    '-200000-01-01',
    '+200000-01-01T00:00',
  ],
]

function* inputs(seed: number): Generator<string> {
  const random = seeded(seed)
  const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? ''
  for (let made = 0; made < INPUTS; made += 1) {
    const length = 1 + Math.floor(random() * 8)
    yield Array.from({ length }, pick)
      .join(random() < 0.5 ? '' : ' ')
      .repeat(random() < 0.02 ? 200 : 1)
  }
}

test('A42: 2,000 searches of the trail are never SQL: none fails, none shows more than one may see', async () => {
  const { strangeRequester, requester, auditor } = world.actors
  const people = [requester, auditor, strangeRequester]
  const mine = new Map<Actor, ReadonlySet<number>>()
  for (const actor of people)
    mine.set(actor, new Set((await searchTrail(actor, EVERYTHING, ALL)).rows.map(({ leaf }) => leaf)))
  const before = await countTrail(auditor, EVERYTHING, 1e9)
  let at = 0
  const edges = [
    'after:0000-01-01',
    'before:0001-01-01',
    'after:9999-12-31T23:59:59.999',
    'before:0000-02-29',
  ]
  for (const text of [...edges, ...inputs(42)]) {
    const actor = people[at % people.length] ?? requester
    const field = TRAIL_FIELDS[at % TRAIL_FIELDS.length] ?? 'agent'
    const { query } = readTrailParams(
      at % 2 || at < edges.length ? { q: text } : { [field]: [text, text], after: text },
    )
    const { rows } = await searchTrail(actor, query, ALL)
    for (const { leaf } of rows)
      if (!mine.get(actor)?.has(leaf)) expect.fail(`${JSON.stringify(text)} shows ${leaf}`)
    if (at % 10 === 0) {
      expect((await summariseTrail(actor, query)).total).toBe(rows.length)
      for await (const page of readTrail(actor, query, 1e9)) expect(page.length).toBe(rows.length)
    }
    at += 1
  }
  expect(at).toBe(INPUTS + edges.length)
  expect(await countTrail(auditor, EVERYTHING, 1e9)).toBe(before)
}, 600_000)

test('A42: nor are the filters and cursors of requests and live grants', async () => {
  const { requester, administrator, strangeRequester } = world.actors
  const now = await databaseNow()
  const cursors = [
    '-200000-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '0000-01-01',
    '1',
    '2026-11-23',
    'x',
  ]
    .flatMap((time) => ['R-0000', "R-0000' or 1=1", 'G-0000'].map((id) => `${time}_${id}`))
    .concat([
      '-8640000000000000_G-0000',
      '8640000000000000_G-0000',
      '1e99_G-0000',
      '-1e14_G-0000',
      'NaN_G-0000',
    ])
  const seen = new Map<Actor, ReadonlySet<string>>()
  for (const actor of [requester, administrator, strangeRequester])
    seen.set(actor, new Set((await listVisibleRequests(actor, {}, { now, take: 1000 })).map(({ id }) => id)))
  let asked = 0
  for (const text of [...cursors, ...inputs(43)]) {
    const before = cursorFrom(text)
    const statuses = statusesOf(text)
    // What is understood as nothing asks what was asked before.
    if (!before && statuses.length === 0 && asked > cursors.length + 10 && !/^-?[\d.e]+_/.test(text)) continue
    asked += 1
    for (const [actor, ids] of seen) {
      const page = { now, take: 1000, ...(before ? { before } : {}) }
      const found = await listVisibleRequests(
        actor,
        { statuses, agentId: text.toWellFormed().replaceAll('\0', '') },
        page,
      )
      expect(found.every(({ id }) => ids.has(id))).toBe(true)
      const { rows } = await listLiveGrants(actor, { now, filter: liveFilterOf(text), before: text })
      expect(rows.every(({ requestId }) => ids.has(requestId))).toBe(true)
    }
  }
  expect(asked).toBeGreaterThan(cursors.length)
}, 600_000)
