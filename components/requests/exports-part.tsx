import { Button } from '@/components/ui/button'
import type { ApprovalRecord } from '@/lib/domain/request-record'

/** Every signature as a file that can be checked without us. The browser saves what the server answers. */
export function Exports({
  requestId,
  approvals,
}: {
  requestId: string
  approvals: readonly ApprovalRecord[]
}) {
  if (approvals.length === 0) return null
  return (
    <ul className="exports no-print mt-3" aria-label="Signed approvals">
      {approvals.map(({ id, personName, verdict, version, passkey }) => (
        <li key={id} className="row">
          <form method="post" action="/approvals/export">
            <input type="hidden" name="requestId" value={requestId} />
            <input type="hidden" name="approvalId" value={id} />
            <Button type="submit" small>
              Export approval
            </Button>
          </form>
          <span className="note">
            {personName} {verdict === 'approve' ? 'approved' : 'denied'} version {version}
            {passkey ? ', signed with a passkey: anybody can check it.' : ', signed with a sign-in.'}
          </span>
        </li>
      ))}
    </ul>
  )
}
