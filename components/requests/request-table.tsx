import { Link } from '@/components/ui/link'
import { Sensitivity, Strokes } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import { counted } from '@/lib/domain/counted'
import { signaturesOn } from '@/lib/domain/quorum'
import { type RequestRecord, termsOf } from '@/lib/domain/request-record'
import { highestSensitivity } from '@/lib/domain/scope'
import { requestStatus, type Status } from '@/lib/domain/status'
import { DeclinedBy, RequestStatus } from './request-status'
import { shortDuration } from './words'

export const REQUEST_COLUMNS = [
  { label: 'Request' },
  { label: 'State' },
  { label: 'Requester' },
  { label: 'Sensitivity', className: 'less' },
  { label: 'Duration', className: 'less' },
  { label: 'Signed', className: 'less' },
  { label: 'Filed' },
] as const

export function RequestTable({ requests, now }: { requests: readonly RequestRecord[]; now: Date }) {
  return (
    <Table caption="Requests" columns={REQUEST_COLUMNS}>
      {requests.map((request) => (
        <Row key={request.id} request={request} now={now} />
      ))}
    </Table>
  )
}

function Row({ request, now }: { request: RequestRecord; now: Date }) {
  const status = requestStatus(request, request.grant, now)
  const { scopes, durationSeconds } = termsOf(request).granted
  return (
    <tr>
      <td>
        <RequestLink request={request} />
      </td>
      <Cell label="State">
        <RequestStatus status={status} plain />
        <DeclinedBy request={request} />
      </Cell>
      <Cell label="Requester">{request.requester.name}</Cell>
      <Cell label="Sensitivity" className="less">
        <Sensitivity level={highestSensitivity(scopes)} />
      </Cell>
      <Cell label="Duration" className="less">
        {shortDuration(durationSeconds)}
      </Cell>
      <Cell label="Signed" className="less">
        <Signed request={request} status={status} />
      </Cell>
      <Cell label="Filed">
        <Ago at={request.filed} now={now} />
      </Cell>
    </tr>
  )
}

/** Two lines: who asks for what, and the id. */
export function RequestLink({ request }: { request: RequestRecord }) {
  const { scopes } = termsOf(request).granted
  return (
    <>
      <Link className="ask" href={`/requests/${request.id}`}>
        {request.agent.slug}, {counted(scopes.length, 'scope')}
      </Link>
      <span className="ask-what">
        <code>{request.id}</code> {[...new Set(scopes.map(({ action }) => action))].join(', ')}
      </span>
    </>
  )
}

// Where no signature is missing, why.
const NOBODY: Partial<Record<Status, string>> = { refused: 'Nobody can sign', proposed: 'Not asked yet' }

function Signed({ request, status }: { request: RequestRecord; status: Status }) {
  const { given, needed } = signaturesOn(request)
  if (needed === 0) return <span className="muted">{NOBODY[status] ?? 'None needed'}</span>
  return (
    <>
      <Strokes signed={given} open={Math.max(0, needed - given)} cut={status === 'revoked'} /> {given} of{' '}
      {needed}
    </>
  )
}
