import { Callout } from '@/components/ui/callout'
import { Moment } from '@/components/ui/time'
import { type Administrators, coolingUntil, isAlone } from '@/lib/domain/administrators'
import type { PersonId } from '@/lib/domain/ids'

type Props = { administrators: Administrators; by: PersonId; now: Date }

/** Whether a second administrator is there to be asked. */
export function Standing({ administrators, by, now }: Props) {
  const until = coolingUntil(administrators, now)
  if (isAlone(administrators, by, now))
    return (
      <Callout tone="wait" title="You are the only administrator.">
        What you change takes effect at once, and the trail marks it. With a second one, each change waits for
        the other.
      </Callout>
    )
  if (!until) return null
  return (
    <Callout tone="wait" title="An administrator was disabled in the last 3 days.">
      Until <Moment at={until} /> nobody decides alone: each change waits for a second administrator.
    </Callout>
  )
}
