import { Badge } from '@/components/ui/badge'
import { Fact, Facts } from '@/components/ui/facts'
import { Part } from '@/components/ui/part'
import { clockHour, DAYS } from '@/lib/domain/hours-words'
import { isWorkingHour, type WorkingHours, wallClock } from '@/lib/domain/working-hours'
import type { Proposing } from '../people/propose'
import { SetHours } from './set-hours'

type Props = {
  hours: WorkingHours
  now: Date
  /** Policies in force that ask for them. */
  askedBy: readonly string[]
  /** For who may propose others. */
  proposing: Proposing | null
}

/** When people of the tenant are at work, as policy is told. */
export function HoursPart({ hours, now, askedBy, proposing }: Props) {
  const isInside = isWorkingHour(hours, now)
  return (
    <Part
      title="Working hours"
      aside={proposing ? <SetHours hours={hours} {...proposing} /> : 'Policies may ask for them.'}
      className="stack"
    >
      <Facts>
        <Fact label="Time zone">
          <span className="break">{hours.timeZone}</span>
        </Fact>
        <Fact label="Days">{DAYS.filter((_, at) => hours.days.includes(at + 1)).join(', ') || 'None'}</Fact>
        <Fact label="Hours">
          {clockHour(hours.fromHour)} to {clockHour(hours.untilHour)}
        </Fact>
        <Fact label="Now">
          {wallClock(hours, now)},{' '}
          <Badge tone={isInside ? 'good' : 'neutral'} plain>
            {isInside ? 'inside working hours' : 'outside working hours'}
          </Badge>
        </Fact>
      </Facts>
      <p className="note">
        Policy sees <code>context.workingHours</code>: <code>{String(isInside)}</code>.{' '}
        {askedBy.length === 0 ? 'No policy in force asks for it.' : 'Asked for by '}
        {askedBy.length > 0 ? <code>{askedBy.join(', ')}</code> : null}
        {askedBy.length > 0 ? '.' : null}
      </p>
    </Part>
  )
}
