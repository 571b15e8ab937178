'use client'

import { Cell, Table } from '@/components/ui/table'
import { clockOf, dayOf } from '@/components/ui/time-words'
import type { Slot, TrailSummary } from '@/lib/domain/trail-record'
import { MOST_BARS } from '@/lib/domain/trail-time'
import { totalOf } from './total'

const WIDTH = 720
const HEIGHT = 64
const DAY = 86_400
const LABELS = 5

type Props = Pick<TrailSummary, 'total' | 'isCapped' | 'refused'> & {
  histogram: NonNullable<TrailSummary['histogram']>
}

/** How the matching entries lie in time: drawn, and the same figures as a table. */
export function Histogram({ histogram: { step, slots }, refused, ...counted }: Props) {
  const label = labelWith(step.seconds)
  return (
    <figure className="histo" aria-labelledby="histo">
      <figcaption id="histo" className="note">
        {totalOf(counted)} {step.words}, UTC. {refused.toLocaleString('en')} refused.
      </figcaption>
      <Bars slots={slots} seconds={step.seconds} />
      <div className="axis even" aria-hidden="true">
        {axisOf(slots, step.seconds).map((at) => (
          <span key={at.getTime()}>{label(at)}</span>
        ))}
      </div>
      <details>
        <summary>Same figures as a table</summary>
        <Table
          caption={`Entries ${step.words}, UTC`}
          columns={[
            { label: 'From' },
            { label: 'Entries', number: true },
            { label: 'Refused', number: true },
          ]}
        >
          {slots.map(({ at, count, refused }) => (
            <tr key={at.getTime()}>
              <Cell label="From">{label(at)}</Cell>
              <Cell label="Entries" number>
                {count.toLocaleString('en')}
              </Cell>
              <Cell label="Refused" number>
                {refused.toLocaleString('en')}
              </Cell>
            </tr>
          ))}
        </Table>
      </details>
    </figure>
  )
}

const labelWith = (seconds: number) => (at: Date) =>
  seconds >= DAY ? dayOf(at) : `${dayOf(at).replace(/ \d+$/, '')} ${clockOf(at).slice(0, 5)}`

const spanOf = (slots: readonly Slot[], seconds: number) => {
  const first = slots[0]?.at.getTime() ?? 0
  const last = slots.at(-1)?.at.getTime() ?? 0
  const bars = Math.max(12, Math.min(MOST_BARS, (last - first) / 1000 / seconds + 1))
  return { first, bars }
}

function axisOf(slots: readonly Slot[], seconds: number): Date[] {
  const { first, bars } = spanOf(slots, seconds)
  return Array.from(
    { length: LABELS },
    (_, at) => new Date(first + Math.floor((at / LABELS) * bars) * seconds * 1000),
  )
}

function Bars({ slots, seconds }: { slots: readonly Slot[]; seconds: number }) {
  const { first, bars } = spanOf(slots, seconds)
  const most = Math.max(...slots.map(({ count }) => count))
  const wide = WIDTH / bars
  const high = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * HEIGHT)))
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {slots.map(({ at, count, refused }) => {
        const x = ((at.getTime() - first) / 1000 / seconds) * wide
        const [ok, no] = [high(count - refused), high(refused)]
        const bar = { x: (x + wide * 0.1).toFixed(1), width: (wide * 0.8).toFixed(1) }
        return (
          <g key={at.getTime()}>
            {ok > 0 ? <rect {...bar} className="bar-ok" y={HEIGHT - ok} height={ok} /> : null}
            {no > 0 ? (
              <rect {...bar} className="bar-no" y={Math.max(0, HEIGHT - ok - no - 1)} height={no} />
            ) : null}
          </g>
        )
      })}
    </svg>
  )
}
