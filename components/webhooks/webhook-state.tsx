import { Badge } from '@/components/ui/badge'

type Health = { suspended: Date | null; failingSince: Date | null }

/** Whether an address takes what it is told. */
export function WebhookHealth({ suspended, failingSince }: Health) {
  const [tone, label] = suspended
    ? (['bad', 'Suspended'] as const)
    : failingSince
      ? (['wait', 'Failing'] as const)
      : (['live', 'Active'] as const)
  return (
    <Badge tone={tone} plain>
      {label}
    </Badge>
  )
}
