import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import type { PersonId } from '@/lib/domain/ids'
import type { RequestRecord } from '@/lib/domain/request-record'
import { requestStatus, STATUSES } from '@/lib/domain/status'
import { endedBecause } from './ended-because'
import { RequestCell } from './request-cell'

const COLUMNS = [
  { label: 'Request' },
  { label: 'State' },
  { label: 'Why' },
  { label: 'Act', hidden: true },
] as const

type Props = {
  ended: readonly RequestRecord[]
  names: ReadonlyMap<string, string>
  now: Date
  me: PersonId
}

/** The last requests that are over, and why. */
export function EndedPart({ ended, names, now, me }: Props) {
  return (
    <Part
      title="Ended lately"
      className="stack"
      aside={
        <Link className="note" href="/requests">
          All requests
        </Link>
      }
    >
      {ended.length === 0 ? (
        <Empty title="Nothing has ended yet." />
      ) : (
        <Table caption="Ended lately" columns={COLUMNS}>
          {ended.map((request) => (
            <Row key={request.id} request={request} names={names} now={now} me={me} />
          ))}
        </Table>
      )}
    </Part>
  )
}

function Row({ request, names, now, me }: Omit<Props, 'ended'> & { request: RequestRecord }) {
  const status = requestStatus(request, request.grant, now)
  const { label, tone } = STATUSES[status]
  return (
    <tr>
      <RequestCell request={request} />
      <Cell label="State">
        <Badge tone={tone} plain>
          {label}
        </Badge>
      </Cell>
      <Cell label="Why">{endedBecause(request, names, status)}</Cell>
      <Cell className="go" number>
        {request.requester.id === me ? (
          <LinkButton small href={`/requests/new?from=${request.id}`} aria-label={`File ${request.id} again`}>
            File again
          </LinkButton>
        ) : null}
      </Cell>
    </tr>
  )
}
