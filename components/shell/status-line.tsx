import type { ReactNode } from 'react'
import { ServerClock } from './server-clock'

export type StatusProps = {
  /** The live link's own island, or nothing where no page is live. */
  link?: ReactNode
  /** Entries in the trail. */
  trailHead?: number | undefined
  /** "v41" */
  policySet?: string | undefined
  /** The server's clock, in milliseconds since 1970. */
  now: number
}

export function StatusLine({ link, trailHead, policySet, now }: StatusProps) {
  return (
    <footer className="status">
      {link}
      {trailHead === undefined ? null : <span>Trail head {trailHead.toLocaleString('en')}</span>}
      {policySet === undefined ? null : <span>Policy set {policySet}</span>}
      <span className="last">
        Server clock <ServerClock now={now} />
      </span>
    </footer>
  )
}
