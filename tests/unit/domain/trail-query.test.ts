import { describe, expect, test } from 'vitest'
import {
  EVERYTHING,
  filtersOf,
  isEverything,
  normaliseQuery,
  parseTrailQuery,
  printTrailQuery,
  readTrailParams,
  TRAIL_FIELDS,
  type TrailQuery,
  trailParams,
  withoutFilter,
} from '@/lib/domain/trail-query'
import fc from '@/tests/harness/fast-check'
import { quickestMs } from '@/tests/harness/quickest'

const day = (text: string) => new Date(`${text}Z`)

const time = fc.option(
  fc.date({ min: day('0001-01-01T00:00:00'), max: day('9999-12-31T23:59:59.999'), noInvalidDate: true }),
)
const values = fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('"', '\\', 'a:b', ' ', "'", 'R-7F3K')),
  { maxLength: 4 },
)
const query: fc.Arbitrary<TrailQuery> = fc
  .record({
    words: values,
    fields: fc.record({
      human: values,
      agent: values,
      decision: values,
      request: values,
      grant: values,
      outcome: values,
      event: values,
      policy: values,
    }),
    after: time,
    before: time,
  })
  .map(normaliseQuery)

const fieldsWith = (fields: Partial<TrailQuery['fields']>) => ({ ...EVERYTHING.fields, ...fields })

describe('a search of the trail', () => {
  test('is read back from its text', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const text = printTrailQuery(asked)
        if (text.length > 4000) return
        expect(parseTrailQuery(text)).toEqual({ query: asked, problems: [] })
      }),
    )
  })

  test('is read back from its address', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const params: Record<string, string[]> = {}
        for (const [name, value] of trailParams(asked)) params[name] = [...(params[name] ?? []), value]
        if ((params.q?.[0] ?? '').length > 4000) return
        expect(readTrailParams(params)).toEqual({ query: asked, problems: [] })
      }),
    )
  })

  test('takes anything anybody types, and reading twice is reading once', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 })),
        (text) => {
          const first = parseTrailQuery(text).query
          expect(parseTrailQuery(printTrailQuery(first)).query).toEqual(first)
          expect(JSON.stringify(first)).not.toContain('\\u0000')
        },
      ),
    )
  })

  test('narrows columns by name, with quotes, and leaves other words alone', () => {
    const { query } = parseTrailQuery(
      'refund agent:refund-triage human:"Second approver" type:GRANT.revoked request:r-7f3k note:x "agent:x"',
    )
    expect(query).toEqual({
      words: ['refund', 'note:x', 'agent:x'],
      fields: fieldsWith({
        agent: ['refund-triage'],
        human: ['Second approver'],
        event: ['grant.revoked'],
        request: ['R-7F3K'],
      }),
      after: null,
      before: null,
    })
  })

  test('knows days and moments in UTC, and says what is none', () => {
    const { query, problems } = parseTrailQuery('after:2026-11-23 before:2026-11-23T13:00')
    expect([query.after, query.before, problems]).toEqual([
      day('2026-11-23T00:00:00'),
      day('2026-11-23T13:00:00'),
      [],
    ])
    for (const text of ['yesterday', '2026-02-31', '2026-13-01', '2026-11-23T25:00', '1e9'])
      expect(parseTrailQuery(`after:${text}`)).toMatchObject({
        query: { after: null },
        problems: [expect.stringContaining('is not a time')],
      })
  })

  test('stays small whatever is typed', () => {
    const { query } = parseTrailQuery(Array.from({ length: 3000 }, (_, at) => `agent:a${at}`).join(' '))
    expect(query.fields.agent).toHaveLength(20)
    expect(parseTrailQuery('x'.repeat(100_000)).query.words[0]).toHaveLength(200)
  })

  test('A38: is read in time whatever is typed', () => {
    for (const text of [
      '"\\'.repeat(2000),
      'a'.repeat(4000),
      'a:'.repeat(2000),
      ' '.repeat(4000),
      '"'.repeat(4000),
    ])
      expect(quickestMs(() => parseTrailQuery(text))).toBeLessThan(100)
  })

  test('loses one filter at a time until everything is shown', () => {
    fc.assert(
      fc.property(query, (asked) => {
        let left: TrailQuery = { ...asked, words: [] }
        for (const filter of filtersOf(left)) left = withoutFilter(left, filter)
        expect(isEverything(left)).toBe(true)
      }),
    )
    expect(TRAIL_FIELDS).toHaveLength(8)
  })
})
