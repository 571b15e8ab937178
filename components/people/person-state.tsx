import { Badge } from '@/components/ui/badge'

export function PersonState({ disabled }: { disabled: Date | null }) {
  return disabled ? (
    <Badge tone="bad" plain>
      Disabled
    </Badge>
  ) : (
    <Badge tone="good" plain>
      Active
    </Badge>
  )
}
