import { Link } from '@/components/ui/link'
import { counted } from '@/lib/domain/counted'
import { type RequestRecord, termsOf } from '@/lib/domain/request-record'

/** A request in a line: its id leads to it, then computed words only. */
export function RequestCell({ request }: { request: RequestRecord }) {
  return (
    <td>
      <Link href={`/requests/${request.id}`}>
        <code>{request.id}</code>
      </Link>{' '}
      {request.agent.slug}, {counted(termsOf(request).granted.scopes.length, 'scope')}
    </td>
  )
}
