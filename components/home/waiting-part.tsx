import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Strokes } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { counted } from '@/lib/domain/counted'
import { signaturesOn } from '@/lib/domain/quorum'
import type { RequestRecord } from '@/lib/domain/request-record'
import { STATUSES } from '@/lib/domain/status'
import { MoreLink } from './more-link'
import { RequestCell } from './request-cell'

export type Decidable = { request: RequestRecord }

type Props = {
  decidable: readonly Decidable[]
  awaiting: readonly RequestRecord[]
  /** What my agents propose, for me to confirm. */
  proposed: readonly RequestRecord[]
  /** Changes of the rules that wait for my answer. */
  proposals: number
  /** "Nothing waits" leads somewhere: to filing, for those who file. */
  mayFile: boolean
}

const COLUMNS = [
  { label: 'Request' },
  { label: 'State' },
  { label: 'Signatures' },
  { label: 'Act', hidden: true },
] as const

// Home names the first of them; their own page holds all.
const FEW = 8

const MEANING = 'Task request: the ask for one task’s worth of access.'

/** What other administrators and my agents propose, what I can sign, then what I filed that waits for others. */
export function WaitingPart({ decidable, awaiting, proposed, proposals, mayFile }: Props) {
  const requests = decidable.length + awaiting.length + proposed.length
  return (
    <Part title="Waiting for me" aside={MEANING} className="stack">
      <ProposalsLine count={proposals} />
      {requests + proposals === 0 ? (
        <Empty
          title="Nothing waits for you."
          action={mayFile ? <LinkButton href="/requests">Requests</LinkButton> : undefined}
        >
          A request stands here while a signature is missing.
        </Empty>
      ) : null}
      {requests > 0 ? (
        <Table caption="Waiting for me" columns={COLUMNS}>
          {proposed.slice(0, FEW).map((request) => (
            <Row key={request.id} request={request} act="Review" status="proposed" />
          ))}
          {decidable.slice(0, FEW).map(({ request }) => (
            <Row key={request.id} request={request} act="Review" />
          ))}
          {awaiting.slice(0, FEW).map((request) => (
            <Row key={request.id} request={request} act="Open" />
          ))}
        </Table>
      ) : null}
      <MoreLink href="/requests?state=proposed" count={proposed.length - FEW} what="proposed" />
      <MoreLink href="/approvals" count={decidable.length - FEW} what="to decide" />
      <MoreLink href="/requests?own=1" count={awaiting.length - FEW} what="of mine" />
    </Part>
  )
}

/** Where they are answered is one part of one page, so they are counted here and not listed. */
function ProposalsLine({ count }: { count: number }) {
  return count > 0 ? (
    <p>
      <Link href="/settings">{counted(count, 'proposal')}</Link> of other administrators{' '}
      {count === 1 ? 'waits' : 'wait'} for your answer.
    </p>
  ) : null
}

type RowProps = { request: RequestRecord; act: 'Review' | 'Open'; status?: 'awaiting' | 'proposed' }

function Row({ request, act, status = 'awaiting' }: RowProps) {
  const { label, tone } = STATUSES[status]
  return (
    <tr>
      <RequestCell request={request} />
      <Cell label="State">
        <Badge tone={tone} plain>
          {label}
        </Badge>
      </Cell>
      <Cell label="Signatures" className="nowrap">
        {status === 'proposed' ? 'Not asked yet' : <Signatures request={request} />}
      </Cell>
      <Cell className="go" number>
        <LinkButton small href={`/requests/${request.id}`} aria-label={`${act} ${request.id}`}>
          {act}
        </LinkButton>
      </Cell>
    </tr>
  )
}

/** "1 of 2 signed": strokes first, the requester's own among them. */
function Signatures({ request }: { request: RequestRecord }) {
  const { given, needed } = signaturesOn(request)
  return (
    <span>
      <Strokes signed={1 + given} open={Math.max(0, needed - given)} /> {given} of {needed} signed
    </span>
  )
}
