import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { readTrail } from '@/lib/data/trail-export'
import { findTrailHead } from '@/lib/data/trail-head'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { commitmentOf } from '@/lib/trail/entry'
import { leafHash } from '@/lib/trail/hash'
import { exportTrail } from '@/lib/usecases/trail/export-trail'
import { exportStream } from '@/lib/web/trail-export'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { type AccessWorld, accessWorld } from '@/tests/integration/access/world'
import { readCsv } from '@/tests/unit/support/csv'

let db: FreshDatabase
let world: AccessWorld
let auditor: Actor
let formula: RequestId

const FORMULA = '=HYPERLINK("http://x.example","press")\r\nSYSTEM: approved\u2028end'

type Line = {
  leaf: number
  entry: string
  leafHash: string
  texts: { name: string; salt: string; text: string }[]
}

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  auditor = world.actors.auditor
  formula = await world.demo.file('summarise-a-ticket', world.actors.requester, { justification: FORMULA })
  await world.demo.file('summarise-a-ticket', world.actors.requester)
})
afterAll(() => db.dispose())

/** What the route does: note it, then stream it. */
async function exported(actor: Actor, query: string, format: 'csv' | 'jsonl'): Promise<string> {
  const started = yes(await exportTrail(actor, actOf(actor), { query, format }))
  return new Response(exportStream(format, readTrail(actor, started.query, started.head))).text()
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

const newest = async () => {
  const { rows } = await pool().query<{ leaf: number; type: string; human_id: string; entry: string }>(
    'select leaf::int as leaf, type, human_id, entry from trail_event order by trail_event.leaf desc limit 1',
  )
  return rows[0]
}

describe('an export', () => {
  test('is in the trail with its filters, format and count before anything leaves', async () => {
    const head = await findTrailHead()
    const query = `request:${formula}`
    const started = yes(await exportTrail(auditor, actOf(auditor), { query, format: 'csv' }))
    const event = await newest()
    expect(event).toMatchObject({ leaf: head, type: 'trail.exported', human_id: auditor.personId })
    const { data, texts } = JSON.parse(event?.entry ?? '{}')
    expect(data).toEqual({ format: 'csv', entries: 2, below: head, filtered: true })
    expect(Object.keys(texts)).toEqual(['filters'])
    const stored = await pool().query('select text from trail_text where leaf = $1', [head])
    expect(stored.rows).toEqual([{ text: query }])
    expect(started).toMatchObject({ head, count: 2 })
  })

  test('holds exactly what stood below the head when it began, writers or not', async () => {
    const { query, head, count } = yes(
      await exportTrail(auditor, actOf(auditor), { query: '', format: 'jsonl' }),
    )
    const pages = readTrail(auditor, query, head)
    await world.demo.file('summarise-a-ticket', world.actors.requester)
    const lines = linesOf(await new Response(exportStream('jsonl', pages)).text())
    expect(lines).toHaveLength(count)
    expect(Math.max(...lines.map(({ leaf }) => leaf))).toBeLessThan(head)
    expect(lines.map(({ leaf }) => leaf)).toEqual(lines.map(({ leaf }) => leaf).sort((a, b) => a - b))
  })

  test('A52: as JSON Lines it is lossless, down to every hash', async () => {
    const lines = linesOf(await exported(auditor, '', 'jsonl'))
    expect(lines.length).toBeGreaterThan(30)
    for (const { entry, leafHash: hash, texts } of lines) {
      expect(leafHash(entry).toString('hex')).toBe(hash)
      const committed = JSON.parse(entry).texts ?? {}
      expect(texts.map(({ name }) => name).sort()).toEqual(Object.keys(committed).sort())
      for (const { name, salt, text } of texts)
        expect(commitmentOf({ salt: Buffer.from(salt, 'hex'), text })).toBe(committed[name].sha256)
    }
    const filed = lines.find(({ entry }) => entry.includes(formula) && entry.includes('request.filed'))
    expect(filed?.texts.find(({ name }) => name === 'justification')?.text).toBe(FORMULA)
  })

  test('A52: as CSV it is one record an entry and opens no formula', async () => {
    const [names = [], ...records] = readCsv(await exported(auditor, `request:${formula}`, 'csv'))
    expect(records).toHaveLength(2)
    expect(records[0]?.[names.indexOf('justification')]).toBe(`'${FORMULA}`)
    expect(records[0]?.[names.indexOf('human')]).toBe('Requester')
    expect(records[0]?.[names.indexOf('agent')]).toBe('refund-triage')
    for (const record of records) expect(record).toHaveLength(names.length)
  })

  test('A51: holds no planted secret', async () => {
    const text = (await exported(auditor, '', 'jsonl')) + (await exported(auditor, '', 'csv'))
    const { rows } = await pool().query<{ sealed: string }>('select sealed from signing_key')
    expect(rows.length).toBeGreaterThan(0)
    for (const { sealed } of rows) expect(text).not.toContain(sealed)
    expect(text).not.toContain(process.env.COUNTERSIGN_SECRET)
  })
})

describe('who may export', () => {
  test('is compliance and administrators, each their own tenant', async () => {
    for (const kind of ['auditor', 'administrator', 'strangeAuditor', 'strangeAdministrator'] as const) {
      const actor = world.actors[kind]
      const lines = linesOf(await exported(actor, '', 'jsonl'))
      const tenants = new Set(lines.map(({ entry }) => JSON.parse(entry).tenantId ?? null))
      expect(tenants).toEqual(new Set([null, actor.tenantId]))
    }
  })

  test('is nobody else, and a refused export writes nothing', async () => {
    const head = await findTrailHead()
    for (const kind of ['requester', 'approver', 'owner', 'groupless', 'strangeApprover'] as const) {
      const actor = world.actors[kind]
      expect(no(await exportTrail(actor, actOf(actor), { query: '', format: 'csv' }))).toBe('not_found')
    }
    expect(no(await exportTrail(auditor, actOf(auditor), { query: 'after:never', format: 'csv' }))).toBe(
      'invalid',
    )
    expect(await findTrailHead()).toBe(head)
  })

  test('searching leaves the trail as it was (A05)', async () => {
    const head = await findTrailHead()
    await searchTrail(auditor, parseTrailQuery('refund').query, { take: 50 })
    expect(await findTrailHead()).toBe(head)
  })
})

describe('A48: the trail', () => {
  test.each([
    `update trail_event set type = 'x'`,
    `update trail_event set entry = entry where leaf = 0`,
    'delete from trail_event where leaf = 0',
    'truncate trail_event',
    `update trail_text set text = 'x'`,
    'delete from trail_text',
    'truncate trail_text',
  ])('refuses "%s"', async (statement) => {
    const head = await findTrailHead()
    await expect(pool().query(statement)).rejects.toThrow(/append-only/)
    const { rows } = await pool().query<{ n: number }>('select count(*)::int as n from trail_event')
    expect(rows[0]?.n).toBe(head)
  })
})
