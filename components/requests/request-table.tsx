'use client'

import { Sensitivity, Strokes } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import type { Status } from '@/lib/domain/status'
import { AskLink } from './ask-link'
import { REQUEST_COLUMNS } from './request-columns'
import type { RequestRow } from './request-rows'
import { RequestStatus } from './request-status'

type Props = { rows: readonly RequestRow[]; now: Date }

/** Drawn from its rows on either side: they cross to the browser in a fraction of what their elements weigh. */
export function RequestTable({ rows, now }: Props) {
  return (
    <Table caption="Requests" columns={REQUEST_COLUMNS}>
      {rows.map((row) => (
        <Row key={row.id} row={row} now={now} />
      ))}
    </Table>
  )
}

function Row({ row, now }: { row: RequestRow; now: Date }) {
  const { status, requester, isDeclined, sensitivity, duration, filed } = row
  return (
    <tr>
      <td>
        <AskLink line={row} />
      </td>
      <Cell label="State">
        <RequestStatus status={status} plain />
        {isDeclined ? <span className="note block">Declined by {requester}</span> : null}
      </Cell>
      <Cell label="Requester">{requester}</Cell>
      <Cell label="Sensitivity" className="less">
        <Sensitivity level={sensitivity} />
      </Cell>
      <Cell label="Duration" className="less">
        {duration}
      </Cell>
      <Cell label="Signed" className="less">
        <Signed row={row} />
      </Cell>
      <Cell label="Filed">
        <Ago at={filed} now={now} />
      </Cell>
    </tr>
  )
}

// Where no signature is missing, why.
const NOBODY: Partial<Record<Status, string>> = { refused: 'Nobody can sign', proposed: 'Not asked yet' }

function Signed({ row: { signed, status } }: { row: RequestRow }) {
  const { given, needed } = signed
  if (needed === 0) return <span className="muted">{NOBODY[status] ?? 'None needed'}</span>
  return (
    <>
      <Strokes signed={given} open={Math.max(0, needed - given)} cut={status === 'revoked'} /> {given} of{' '}
      {needed}
    </>
  )
}
