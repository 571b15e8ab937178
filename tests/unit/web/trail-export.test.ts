import { describe, expect, test } from 'vitest'
import type { ExportRow } from '@/lib/data/trail-export'
import { csvHead, csvOf, exportStream, jsonlOf } from '@/lib/web/trail-export'
import fc from '@/tests/harness/fast-check'
import { readCsv } from '@/tests/unit/support/csv'

const NAMES = readCsv(csvHead())[0] ?? []

const rowWith = (texts: Record<string, string | null>, leaf = 7): ExportRow => ({
  leaf: String(leaf),
  at: new Date('2026-11-23T13:00:00Z'),
  human_id: 'P-1',
  human_name: 'Requester',
  agent_id: 'A-1',
  agent_slug: 'refund-triage',
  request_id: 'R-1',
  grant_id: null,
  credential_id: null,
  decision_ids: ['D-1', 'D-2'],
  policy_ids: ['tasks-may-read'],
  entry: JSON.stringify({ type: 'request.filed', outcome: 'held', data: { note: '=1+1' } }),
  leaf_hash: 'ab'.repeat(32),
  chain: 'cd'.repeat(32),
  texts: Object.entries(texts).map(([name, text]) => ({ name, salt: '00'.repeat(16), text })),
})

const cellOf = (row: ExportRow, name: string) => readCsv(csvOf([row]))[0]?.[NAMES.indexOf(name)]

describe('A52: CSV', () => {
  test('opens nothing as a formula', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', ' =', '\n@', ' -']) {
      const text = `${start}cmd|' /C calc'!A0`
      expect(cellOf(rowWith({ justification: text }), 'justification')).toBe(`'${text}`)
      expect(cellOf({ ...rowWith({}), human_name: text }, 'human')).toBe(`'${text}`)
    }
  })

  test('leaves every other text as it was written', () => {
    for (const text of ['a=b', "'=1", '1-2', 'SUP-4711', 'say "no"', 'a,b;c', '', '{"a":1}'])
      expect(cellOf(rowWith({ goal: text }), 'goal')).toBe(text)
  })

  test('begins no cell like a formula, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [cells = []] = readCsv(csvOf([rowWith({ reason: text, odd: text })]))
        for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u)
      }),
    )
  })

  test('has one record an entry, with as many cells as names (A50)', () => {
    const text = 'first\r\nsecond\nthird\u001b[31m red","x"\u2028end'
    const records = readCsv(csvHead() + csvOf([rowWith({ goal: text }), rowWith({ odd: text }, 8)]))
    expect(records).toHaveLength(3)
    for (const record of records) expect(record).toHaveLength(NAMES.length)
    expect(records[1]?.[NAMES.indexOf('goal')]).toBe(text)
    expect(records[2]?.[NAMES.indexOf('other_texts')]).toBe(JSON.stringify({ odd: text }))
  })

  test('leaves a redacted text empty', () => {
    expect(cellOf(rowWith({ goal: null }), 'goal')).toBe('')
  })
})

describe('JSON Lines', () => {
  test('lose nothing and keep every entry on one line (A50)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (texts) => {
        const rows = texts.map((text, leaf) =>
          rowWith({ goal: `${text}\r\n\u0085\u2028\u2029\u001b[2J` }, leaf),
        )
        const written = jsonlOf(rows)
        const lines = written.split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
        expect(lines.pop()).toBe('')
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          rows.map(({ leaf, entry, leaf_hash, chain, texts }) => ({
            leaf: Number(leaf),
            entry,
            leafHash: leaf_hash,
            chain,
            texts,
          })),
        )
      }),
    )
  })
})

describe('the stream of an export', () => {
  const pages = (left: { closed: boolean }) =>
    (async function* () {
      try {
        for (let leaf = 0; leaf < 5; leaf++) yield [rowWith({}, leaf)]
      } finally {
        left.closed = true
      }
    })()

  test('holds a head and every page', async () => {
    const left = { closed: false }
    const text = await new Response(exportStream('csv', pages(left))).text()
    expect(readCsv(text).map(([entry]) => entry)).toEqual(['entry', '0', '1', '2', '3', '4'])
    expect(left.closed).toBe(true)
  })

  test('stops reading when its reader leaves', async () => {
    const left = { closed: false }
    const reader = exportStream('jsonl', pages(left)).getReader()
    await reader.read()
    await reader.cancel()
    expect(left.closed).toBe(true)
  })
})
