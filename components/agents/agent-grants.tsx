import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { RequestRecord } from '@/lib/domain/request-record'

const COLUMNS = [
  { label: 'Request' },
  { label: 'Acts for' },
  { label: 'Scopes' },
  { label: 'Environment' },
  { label: 'Ends' },
]

type Props = { requests: readonly RequestRecord[]; mayFile: boolean; total: number }

/** The live grants of an agent that this person may see. */
export function AgentGrants({ requests, mayFile, total }: Props) {
  return (
    <Part title="Live grants" aside={total > requests.length ? `${requests.length} of ${total}` : undefined}>
      {requests.length === 0 ? (
        <Empty
          title="It has no live grant that is yours to see."
          action={mayFile ? <LinkButton href="/requests/new">New request</LinkButton> : undefined}
        >
          A grant begins with a task request.
        </Empty>
      ) : (
        <Table caption="Live grants" columns={COLUMNS} className="directory">
          {requests.map(({ id, requester, scopes, environment, grant }) => (
            <tr key={id}>
              <Cell>
                <Link href={`/requests/${id}`}>
                  <code>{id}</code>
                </Link>
              </Cell>
              <Cell label="Acts for">{requester.name}</Cell>
              <Cell label="Scopes">
                <code className="break">{scopes.map(({ action }) => action).join(', ')}</code>
              </Cell>
              <Cell label="Environment">{environment}</Cell>
              <Cell label="Ends">{grant ? <Moment at={grant.expires} /> : null}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
