import type { ReactNode } from 'react'
import { Icon } from './icon'
import { Clock } from './time'
import type { Tone } from './tone'

export type Moment = { id: string; at: Date; tone: Tone; says: ReactNode }

/** What happened, newest first. */
export function Timeline({ moments }: { moments: readonly Moment[] }) {
  return (
    <ol className="timeline">
      {moments.map(({ id, at, tone, says }) => (
        <li key={id}>
          <Clock at={at} />
          <Icon name={tone} mark={tone} />
          <div>{says}</div>
        </li>
      ))}
    </ol>
  )
}
