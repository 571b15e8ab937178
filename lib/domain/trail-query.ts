import { parseTime, timeText } from './trail-time'

/** What can be asked of one column of the trail. Values of one field widen, different fields narrow. */
export const TRAIL_FIELDS = [
  'human',
  'agent',
  'decision',
  'request',
  'grant',
  'outcome',
  'event',
  'policy',
] as const
export type TrailField = (typeof TRAIL_FIELDS)[number]

/** A question to the trail: free words, values of fields, and a span of time (from `after`, up to `before`). */
export type TrailQuery = {
  words: readonly string[]
  fields: Readonly<Record<TrailField, readonly string[]>>
  after: Date | null
  before: Date | null
}

/** What was asked, and what of it could not be understood, as sentences. */
export type ReadQuery = { query: TrailQuery; problems: readonly string[] }

export const MAX_QUERY_CHARACTERS = 4000
const MAX_VALUE_CHARACTERS = 200
const MAX_VALUES = 20

const noFields = (): Record<TrailField, string[]> => ({
  human: [],
  agent: [],
  decision: [],
  request: [],
  grant: [],
  outcome: [],
  event: [],
  policy: [],
})

export const EVERYTHING: TrailQuery = { words: [], fields: noFields(), after: null, before: null }

const isField = (name: string): name is TrailField => TRAIL_FIELDS.some((field) => field === name)
const IN_CAPITALS: readonly TrailField[] = ['decision', 'request', 'grant']
const IN_SMALL: readonly TrailField[] = ['outcome', 'event', 'policy']

// NUL and lone surrogates fail in PostgreSQL; other controls are nothing anybody types.
const cleanValue = (text: string) =>
  text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, MAX_VALUE_CHARACTERS)
    .toWellFormed()
    .trim()

const spelled = (field: TrailField, text: string) =>
  IN_CAPITALS.includes(field) ? text.toUpperCase() : IN_SMALL.includes(field) ? text.toLowerCase() : text

const distinct = (values: readonly string[]) =>
  [...new Set(values.map(cleanValue).filter(Boolean))].slice(0, MAX_VALUES)

/** The same question in its one spelling: cleaned, without repetition, capped. */
export function normaliseQuery({ words, fields, after, before }: TrailQuery): TrailQuery {
  const clean = noFields()
  for (const field of TRAIL_FIELDS)
    clean[field] = distinct(fields[field].map((value) => spelled(field, value)))
  return { words: distinct(words), fields: clean, after, before }
}

type Token = { name: string | null; value: string }

// One pass over the text, no backtracking: a name before a colon, then a quoted or a bare value.
const TOKEN = /\s*(?:([a-z]+):)?(?:"((?:[^"\\]|\\.)*)"?|(\S*))/suy

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const [whole, name = null, quoted, bare = ''] = TOKEN.exec(text) ?? ['']
    if (whole === '') break
    tokens.push({ name, value: quoted === undefined ? bare : quoted.replace(/\\(.)/gsu, '$1') })
  }
  return tokens
}

/** Reads `refund agent:refund-triage event:"grant.revoked" after:2026-11-23`. What is no known field is a word. */
export function parseTrailQuery(text: string): ReadQuery {
  const words: string[] = []
  const fields = noFields()
  const times: { after: Date | null; before: Date | null } = { after: null, before: null }
  const problems: string[] = []
  for (const { name, value } of tokensOf(text.slice(0, MAX_QUERY_CHARACTERS))) {
    const field = name === 'type' ? 'event' : name
    if (field === 'after' || field === 'before') {
      const time = parseTime(value)
      if (time) times[field] = time
      else if (value) problems.push(timeProblem(field, value))
    } else if (field !== null && isField(field)) fields[field].push(value)
    else words.push(name === null ? value : `${name}:${value}`)
  }
  return { query: normaliseQuery({ words, fields, ...times }), problems }
}

const timeProblem = (field: 'after' | 'before', value: string) =>
  `“${cleanValue(value).slice(0, 40)}” is not a time. Write ${field}:2026-11-23 or ${field}:2026-11-23T13:00, in UTC.`

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const valueText = (text: string) => (/^[^\s"\\]+$/u.test(text) ? text : quoted(text))
const wordText = (text: string) => (/^[^\s"\\:]+$/u.test(text) ? text : quoted(text))

const wordsText = (words: readonly string[]) => words.map(wordText).join(' ')

/** The question as text: `parseTrailQuery` reads the same question from it. */
export function printTrailQuery({ words, fields, after, before }: TrailQuery): string {
  return [
    ...words.map(wordText),
    ...TRAIL_FIELDS.flatMap((field) => fields[field].map((value) => `${field}:${valueText(value)}`)),
    ...(after ? [`after:${timeText(after)}`] : []),
    ...(before ? [`before:${timeText(before)}`] : []),
  ].join(' ')
}

type Params = Readonly<Record<string, string | readonly string[] | undefined>>

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

/** The question an address asks: `q` as typed, and every field by its own name. */
export function readTrailParams(params: Params): ReadQuery {
  const { query, problems } = parseTrailQuery(listOf(params.q).join(' '))
  const fields = noFields()
  for (const field of TRAIL_FIELDS) fields[field] = [...query.fields[field], ...listOf(params[field])]
  const asked: { after: Date | null; before: Date | null } = { after: query.after, before: query.before }
  const unread: string[] = []
  for (const field of ['after', 'before'] as const) {
    const value = listOf(params[field]).find(Boolean)
    if (value === undefined) continue
    const time = parseTime(value)
    if (time) asked[field] = time
    else unread.push(timeProblem(field, value))
  }
  return {
    query: normaliseQuery({ words: query.words, fields, ...asked }),
    problems: [...problems, ...unread],
  }
}

/** The address of a question: words in `q`, every field by its own name. */
export function trailParams({ words, fields, after, before }: TrailQuery): URLSearchParams {
  const params = new URLSearchParams()
  if (words.length > 0) params.set('q', wordsText(words))
  for (const field of TRAIL_FIELDS) for (const value of fields[field]) params.append(field, value)
  if (after) params.set('after', timeText(after))
  if (before) params.set('before', timeText(before))
  return params
}

export type Filter =
  | { kind: 'field'; field: TrailField; value: string }
  | { kind: 'time'; field: 'after' | 'before'; value: string }

/** Everything but the free words, one by one. */
export const filtersOf = ({ fields, after, before }: TrailQuery): Filter[] => [
  ...TRAIL_FIELDS.flatMap((field) => fields[field].map((value): Filter => ({ kind: 'field', field, value }))),
  ...(after ? [{ kind: 'time', field: 'after', value: timeText(after) } as const] : []),
  ...(before ? [{ kind: 'time', field: 'before', value: timeText(before) } as const] : []),
]

/** The question without one of its filters. */
export const withoutFilter = (query: TrailQuery, filter: Filter): TrailQuery =>
  filter.kind === 'time'
    ? { ...query, [filter.field]: null }
    : {
        ...query,
        fields: {
          ...query.fields,
          [filter.field]: query.fields[filter.field].filter((value) => value !== filter.value),
        },
      }

export const isEverything = (query: TrailQuery) => query.words.length === 0 && filtersOf(query).length === 0

/** The search text of the words alone, for the search box. */
export const typedWords = (query: TrailQuery) => wordsText(query.words)
