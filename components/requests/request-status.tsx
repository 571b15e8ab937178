import { Badge } from '@/components/ui/badge'
import type { RequestRecord } from '@/lib/domain/request-record'
import { STATUSES, type Status } from '@/lib/domain/status'

export function RequestStatus({ status, plain }: { status: Status; plain?: boolean }) {
  const { tone, label } = STATUSES[status]
  return (
    <Badge tone={tone} plain={plain}>
      {label}
    </Badge>
  )
}

/** A proposal is withdrawn when its human declines it: by whom is said beside the state. */
export function DeclinedBy({ request }: { request: Pick<RequestRecord, 'declineReason' | 'requester'> }) {
  if (request.declineReason === null) return null
  return <span className="note block">Declined by {request.requester.name}</span>
}
