import { Sensitivity, Strokes } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import type { RequestRecord } from '@/lib/domain/request-record'
import { highestSensitivity } from '@/lib/domain/scope'
import { RequestLink } from '../requests/request-table'
import { shortDuration } from '../requests/words'

export type Waiting = { request: RequestRecord; stage: { name: string; quorum: number }; groupName: string }

export const APPROVAL_COLUMNS = [
  { label: 'Request' },
  { label: 'Sensitivity' },
  { label: 'Requester' },
  { label: 'Duration' },
  { label: 'Stage' },
  { label: 'Filed' },
  { label: 'Expires unanswered' },
] as const

/** What waits for this person: riskiest first, then oldest. */
export function ApprovalsTable({
  caption = 'Waiting for you',
  waiting,
  now,
}: {
  caption?: string
  waiting: readonly Waiting[]
  now: Date
}) {
  return (
    <Table caption={caption} columns={APPROVAL_COLUMNS}>
      {waiting.map((one) => (
        <Row key={one.request.id} one={one} now={now} />
      ))}
    </Table>
  )
}

function Row({ one: { request, stage, groupName }, now }: { one: Waiting; now: Date }) {
  const signed = request.approvals.filter(
    (vote) => vote.version === request.version && vote.stage === stage.name && vote.verdict === 'approve',
  ).length
  return (
    <tr>
      <td>
        <RequestLink request={request} />
      </td>
      <Cell label="Sensitivity">
        <Sensitivity level={highestSensitivity(request.scopes)} />
      </Cell>
      <Cell label="Requester">{request.requester.name}</Cell>
      <Cell label="Duration">
        {shortDuration(request.durationSeconds)}, {request.environment}
      </Cell>
      <Cell label="Stage">
        <Strokes signed={signed} open={Math.max(0, stage.quorum - signed)} /> {groupName}, {signed} of{' '}
        {stage.quorum}
      </Cell>
      <Cell label="Filed">
        <Ago at={request.filed} now={now} />
      </Cell>
      <Cell label="Expires unanswered">
        <Ago at={request.answerBy} now={now} />
      </Cell>
    </tr>
  )
}
