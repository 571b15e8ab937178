import { AskLink } from '@/components/requests/ask-link'
import { askLineOf } from '@/components/requests/request-rows'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import type { RequestRecord } from '@/lib/domain/request-record'

const COLUMNS = [{ label: 'Request' }, { label: 'Broken by' }, { label: 'Since' }]

/** Uses of break-glass that wait for this person's review, oldest first. */
export function ReviewsPart({ requests, now }: { requests: readonly RequestRecord[]; now: Date }) {
  if (requests.length === 0) return null
  return (
    <Part title="Break-glass to review" aside="Nobody countersigned these. Somebody has to look at each.">
      <Table caption="Break-glass to review" columns={COLUMNS}>
        {requests.map((request) => (
          <tr key={request.id}>
            <td>
              <AskLink line={askLineOf(request)} />
            </td>
            <Cell label="Broken by">{request.requester.name}</Cell>
            <Cell label="Since">
              <Ago at={request.filed} now={now} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  )
}
