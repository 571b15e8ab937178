import { Badge } from '@/components/ui/badge'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Clock } from '@/components/ui/time'
import type { ChildRow, ParentRow } from '@/lib/domain/child-row'
import { STATUSES } from '@/lib/domain/status'

const COLUMNS = [
  { label: 'Grant' },
  { label: 'Agent' },
  { label: 'May do' },
  { label: 'Until' },
  { label: 'State' },
] as const

const MEANING =
  'Child grant: what an agent hands on to another agent. Never more than it has, and it ends with the grant above it.'

/** What agents handed on from this grant. Nothing is shown where nothing was. */
export function ChildrenPart({ rows }: { rows: readonly ChildRow[] }) {
  if (rows.length === 0) return null
  return (
    <Part title="Child grants" aside={MEANING}>
      <Table caption="Child grants" columns={COLUMNS}>
        {rows.map((row) => (
          <Child key={row.id} row={row} />
        ))}
      </Table>
    </Part>
  )
}

function Child({ row }: { row: ChildRow }) {
  const { tone, label } = STATUSES[row.status]
  const id = <code>{row.id}</code>
  return (
    <tr>
      <td>{row.isVisible ? <Link href={`/requests/${row.requestId}`}>{id}</Link> : id}</td>
      <Cell label="Agent">
        <code>{row.agent}</code>
        <span className="note block">handed on by {row.handedOnBy}</span>
      </Cell>
      <Cell label="May do">
        {row.actions.join(', ')}
        {row.uses === null ? null : (
          <span className="note block">
            {row.usesLeft} of {row.uses} uses left
          </span>
        )}
      </Cell>
      <Cell label="Until">
        <Clock at={row.expires} />
      </Cell>
      <Cell label="State">
        <Badge tone={tone}>{label}</Badge>
      </Cell>
    </tr>
  )
}

/** Where a grant that was handed on came from. */
export function ParentPart({ parent }: { parent: ParentRow | null }) {
  if (!parent) return null
  const id = <code>{parent.grantId}</code>
  return (
    <Callout tone="neutral" title={`Handed on by ${parent.agent}.`}>
      It stands below {parent.isVisible ? <Link href={`/requests/${parent.requestId}`}>{id}</Link> : id} and
      ends when that grant ends. Policy was asked about it anew. Of the signatures above only those count that
      were given for this agent too.
    </Callout>
  )
}
