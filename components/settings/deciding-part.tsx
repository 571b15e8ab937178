import { Badge } from '@/components/ui/badge'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import {
  approvalRate,
  BUSY_MINUTES,
  DECIDING_DAYS,
  type Deciding,
  decidingFlags,
  MUTUAL_APPROVALS,
  type Mutual,
} from '@/lib/domain/deciding'

const COLUMNS = [
  { label: 'Approver' },
  { label: 'Decides in' },
  { label: 'Decisions' },
  { label: 'Approved' },
  { label: `Most in ${BUSY_MINUTES} minutes` },
  { label: 'To look at' },
]

/** How long approvers look before they sign: who signs without reading is seen here. */
export function DecidingPart({
  deciding,
  mutual,
}: {
  deciding: readonly Deciding[]
  mutual: readonly Mutual[]
}) {
  return (
    <Part
      title="How approvers decide"
      aside={`The last ${DECIDING_DAYS} days, from opening the dialog to signing.`}
      className="stack"
    >
      {deciding.length === 0 ? (
        <p className="muted">Nobody has decided anything.</p>
      ) : (
        <Table caption="How approvers decide" columns={COLUMNS} className="directory">
          {deciding.map((one) => (
            <Row key={one.personId} one={one} />
          ))}
        </Table>
      )}
      <Mutuals mutual={mutual} />
    </Part>
  )
}

/** Two people who wave each other through are nothing anybody sees in single requests. */
function Mutuals({ mutual }: { mutual: readonly Mutual[] }) {
  if (mutual.length === 0)
    return <p className="note">No two people approved each other more than {MUTUAL_APPROVALS} times.</p>
  return (
    <ul className="stack" aria-label="Approved each other">
      {mutual.map(({ one, other, byOne, byOther }) => (
        <li key={`${one} ${other}`}>
          <Badge tone="wait" plain>
            Approved each other
          </Badge>{' '}
          {one} approved {byOne} requests of {other}, and {other} {byOther} of {one}.
        </li>
      ))}
    </ul>
  )
}

function Row({ one }: { one: Deciding }) {
  const flags = decidingFlags(one)
  return (
    <tr>
      <Cell>{one.name}</Cell>
      <Cell label="Decides in">{secondsText(one.medianSeconds)}</Cell>
      <Cell label="Decisions">{one.decisions}</Cell>
      <Cell label="Approved">{approvalRate(one)}</Cell>
      <Cell label={`Most in ${BUSY_MINUTES} minutes`}>{one.busiest}</Cell>
      <Cell label="To look at">
        {flags.length === 0
          ? 'nothing'
          : flags.map((flag) => (
              <Badge key={flag} tone="wait" plain>
                {flag}
              </Badge>
            ))}
      </Cell>
    </tr>
  )
}

const secondsText = (seconds: number) => `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
