import { stringify } from 'csv-stringify/sync'
import type { ExportRow } from '@/lib/data/trail-export'

export const EXPORT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
} as const
export type ExportFormat = keyof typeof EXPORT_TYPES

const TEXTS = ['goal', 'justification', 'ticket', 'reason', 'filters'] as const

const textOf = (row: ExportRow, wanted: string) => row.texts.find(({ name }) => name === wanted)?.text ?? ''

const otherTexts = (row: ExportRow) => {
  const others = row.texts.filter(({ name }) => !TEXTS.some((known) => known === name))
  return others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others.map((t) => [t.name, t.text])))
}

type Entry = { type?: unknown; outcome?: unknown; data?: unknown }
type Cell = (row: ExportRow, entry: Entry) => string

const COLUMNS: Readonly<Record<string, Cell>> = {
  entry: (row) => row.leaf,
  utc: (row) => row.at.toISOString(),
  event: (_, { type }) => String(type ?? ''),
  outcome: (_, { outcome }) => String(outcome ?? ''),
  human: (row) => row.human_name ?? '',
  human_id: (row) => row.human_id ?? '',
  agent: (row) => row.agent_slug ?? '',
  agent_id: (row) => row.agent_id ?? '',
  request: (row) => row.request_id ?? '',
  grant: (row) => row.grant_id ?? '',
  credential: (row) => row.credential_id ?? '',
  decisions: (row) => row.decision_ids.join(' '),
  policies: (row) => row.policy_ids.join(' '),
  data: (_, { data }) => (data === undefined ? '' : JSON.stringify(data)),
  ...Object.fromEntries(TEXTS.map((name): [string, Cell] => [name, (row) => textOf(row, name)])),
  other_texts: otherTexts,
  leaf_hash: (row) => row.leaf_hash,
}

// A spreadsheet runs what begins like a formula, also behind spaces: an apostrophe makes it text again.
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u
const asText = (cell: string) => (FORMULA.test(cell) ? `'${cell}` : cell)

const CSV = { quoted: true, quoted_empty: true, record_delimiter: '\r\n' } as const

export const csvHead = (): string => stringify([Object.keys(COLUMNS)], CSV)

/** One record an entry, every cell quoted, nothing in it a formula. */
export function csvOf(rows: readonly ExportRow[]): string {
  const records = rows.map((row) => {
    const entry: Entry = JSON.parse(row.entry)
    return Object.values(COLUMNS).map((cell) => asText(cell(row, entry)))
  })
  return stringify(records, CSV)
}

// These end a line for some readers, though not for JSON.
const oneLine = (json: string) =>
  json.replace(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One line an entry, without loss: the canonical text as it is hashed, both hashes, every text with its salt. */
export const jsonlOf = (rows: readonly ExportRow[]): string =>
  rows
    .map(({ leaf, entry, leaf_hash, chain, texts }) => {
      const line = { leaf: Number(leaf), entry, leafHash: leaf_hash, chain, texts }
      return `${oneLine(JSON.stringify(line))}\n`
    })
    .join('')

/** The body of an export. Pages are read as the reader takes them; a reader who leaves ends the reading. */
export function exportStream(
  format: ExportFormat,
  pages: AsyncGenerator<ExportRow[], void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const write = format === 'csv' ? csvOf : jsonlOf
  return new ReadableStream({
    start(controller) {
      if (format === 'csv') controller.enqueue(encoder.encode(csvHead()))
    },
    async pull(controller) {
      const { value, done } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(write(value)))
    },
    async cancel() {
      await pages.return()
    },
  })
}
