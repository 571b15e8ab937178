import { Code } from '@/components/ui/code'
import { Fact, Facts } from '@/components/ui/facts'
import { Cell, Table } from '@/components/ui/table'
import { Untrusted } from '@/components/ui/untrusted'
import { visibleParts } from '@/lib/domain/clean-text'
import type { TrailEntry } from '@/lib/domain/trail-record'

/** Everything the event says of itself: what changed from what to what, and figures. */
export function EntryData({ entry }: { entry: TrailEntry }) {
  const { before, after, ...facts } = entry.data
  const changes = changesOf(before, after)
  return (
    <>
      {changes.length > 0 ? (
        <Table
          caption="What changed"
          columns={[{ label: 'What changed' }, { label: 'Before' }, { label: 'After' }]}
        >
          {changes.map(({ name, from, to }) => (
            <tr key={name}>
              <Cell label="What changed">{name}</Cell>
              <Cell label="Before">
                <code className="break">{from}</code>
              </Cell>
              <Cell label="After">
                <code className="break">{to}</code>
              </Cell>
            </tr>
          ))}
        </Table>
      ) : null}
      <Figures data={facts} />
    </>
  )
}

/** Words somebody wrote. They stand below everything the platform computed. */
export function EntryTexts({ entry }: { entry: TrailEntry }) {
  return (
    <>
      {entry.texts.map(({ name, text }) =>
        text === null ? (
          <p key={name} className="note">
            The {wordsOf(name).toLowerCase()} was redacted. Its commitment is still in the entry.
          </p>
        ) : (
          <Untrusted
            key={name}
            header={`${wordsOf(name)}, as it was written. Nobody checked it.`}
            label={`${wordsOf(name)}, untrusted text`}
            segments={visibleParts(text)}
          />
        ),
      )}
    </>
  )
}

/** Figures stand as they are. What has an inside of its own stays folded. */
function Figures({ data }: { data: Readonly<Record<string, unknown>> }) {
  const plain = Object.entries(data).filter(([, value]) => !isFolded(value))
  const folded = Object.entries(data).filter(([, value]) => isFolded(value))
  return (
    <>
      {plain.length > 0 ? (
        <Facts>
          {plain.map(([name, value]) => (
            <Fact key={name} label={wordsOf(name)} wide={shown(value).length > 18}>
              <code className="break">{shown(value)}</code>
            </Fact>
          ))}
        </Facts>
      ) : null}
      {folded.map(([name, value]) => (
        <details key={name}>
          <summary>
            {wordsOf(name)}
            {Array.isArray(value) ? `, ${value.length}` : null}
          </summary>
          <Code label={wordsOf(name)}>{JSON.stringify(value, null, 2)}</Code>
        </details>
      ))}
    </>
  )
}

const isFolded = (value: unknown) =>
  isRecord(value) || (Array.isArray(value) && value.some((one) => typeof one === 'object'))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function changesOf(before: unknown, after: unknown) {
  if (before === undefined && after === undefined) return []
  if (!isRecord(before) || !isRecord(after))
    return [{ name: 'State', from: shown(before ?? null), to: shown(after ?? null) }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.map((name) => ({
    name: wordsOf(name),
    from: shown(before[name] ?? null),
    to: shown(after[name] ?? null),
  }))
}

/** "durationSeconds" as "Duration seconds". */
const wordsOf = (name: string) => {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  )
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return 'none'
  return Array.isArray(value) ? value.join(', ') || 'none' : JSON.stringify(value)
}
