import { Badge } from '@/components/ui/badge'
import { STATUSES, type Status } from '@/lib/domain/status'

export function RequestStatus({ status, plain }: { status: Status; plain?: boolean }) {
  const { tone, label } = STATUSES[status]
  return (
    <Badge tone={tone} plain={plain}>
      {label}
    </Badge>
  )
}
