import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import { Cell, Table } from '@/components/ui/table'
import { Clock } from '@/components/ui/time'
import { dayOf } from '@/components/ui/time-words'
import { aboutEntry, type TrailRow, toneOfEntry } from '@/lib/domain/trail-record'
import { aboutPath, entryNumber, entryPath, type Place } from './paths'

const COLUMNS = ['Entry', 'UTC', 'What', 'Human', 'Agent', 'Decision'].map((label) => ({ label }))

type Props = { rows: readonly TrailRow[]; place: Place; selected?: number | undefined }

/** The entries, newest first, with human, agent and decision side by side. */
export function LogTable({ rows, place, selected }: Props) {
  return (
    <Table caption="Entries of the trail" className="log" columns={COLUMNS}>
      {rows.map((row) => (
        <tr
          key={row.leaf}
          className={row.leaf === selected ? 'is-selected' : undefined}
          aria-current={row.leaf === selected ? 'true' : undefined}
        >
          <Cell>
            <Link href={entryPath(row.leaf, place)} aria-label={`Entry ${entryNumber(row.leaf)}`}>
              <code>{entryNumber(row.leaf)}</code>
            </Link>
          </Cell>
          <Cell>
            <span className="note day">{dayOf(row.at).slice(0, -5)}</span>{' '}
            <span className="code">
              <Clock at={row.at} />
            </span>
          </Cell>
          <Cell>
            <Icon name={toneOfEntry(row)} mark={toneOfEntry(row)} />
            {row.type} <span className="muted">{aboutEntry(row)}</span>
          </Cell>
          <Cell label="Human">
            {row.human ? <Link href={aboutPath('human', row.human.id)}>{row.human.name}</Link> : <None />}
          </Cell>
          <Cell label="Agent">
            {row.agent ? (
              <Link href={`/agents/${row.agent.slug}`}>
                <code>{row.agent.slug}</code>
              </Link>
            ) : (
              <None />
            )}
          </Cell>
          <Cell label="Decision">
            <Decisions row={row} place={place} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

const None = () => <span className="note">none</span>

function Decisions({ row, place }: { row: TrailRow; place: Place }) {
  const [first, ...others] = row.decisionIds
  if (first === undefined) return <None />
  return (
    <>
      <Link href={entryPath(row.leaf, place, first)}>
        <code>{first}</code>
      </Link>
      {others.length > 0 ? (
        <span className="note">
          {' '}
          +{others.length}
          <span className="vh"> more</span>
        </span>
      ) : null}
    </>
  )
}
