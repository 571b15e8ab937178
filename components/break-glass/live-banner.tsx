import { Fragment } from 'react'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { Clock } from '@/components/ui/time'

type Props = { live: readonly { id: string; expires: Date }[] }

/** On every page while an agent works past its countersigners. */
export function LiveBanner({ live }: Props) {
  if (live.length === 0) return null
  return (
    <div className="glass-live">
      <Callout tone="bad" title="Break-glass is live." role="status">
        {live.map(({ id, expires }, index) => (
          <Fragment key={id}>
            {index > 0 ? ', ' : null}
            <Link href={`/requests/${id}`}>{id}</Link> until <Clock at={expires} zone />
          </Fragment>
        ))}
        . Nobody countersigned it.
      </Callout>
    </div>
  )
}
