import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Timeline } from '@/components/ui/timeline'
import { counted } from '@/lib/domain/counted'
import { type HappenedEvent, tellEvent } from './timeline-words'

/** What happened, newest first, each with its entry in the trail. */
export function TimelinePart({ requestId, events }: { requestId: string; events: readonly HappenedEvent[] }) {
  const moments = events.map((event) => {
    const { tone, says } = tellEvent(event)
    return { id: String(event.leaf), at: event.at, tone, says: <Entry event={event} says={says} /> }
  })
  return (
    <Part
      title="Timeline"
      aside={
        <Link className="note" href={`/audit?q=request:${requestId}`}>
          {counted(events.length, 'entry', 'entries')} in the trail
        </Link>
      }
    >
      <Timeline moments={moments} />
    </Part>
  )
}

function Entry({ event, says }: { event: HappenedEvent; says: string }) {
  return (
    <>
      {says}{' '}
      <Link className="note nowrap" href={`/audit/${event.leaf}`}>
        trail {event.leaf.toLocaleString('en')}
      </Link>
    </>
  )
}
