'use client'

import { LinkState } from '@/components/shell/link-state'
import { clockOf } from '@/components/ui/time-words'
import { useLink } from './link-store'

/** In the status line: whether the page is kept up to date, or until when it was. */
export function LiveStatus() {
  const { state, at } = useLink()
  return (
    <span role="status" className="row">
      <LinkState state={state} />
      {state === 'lost' && at !== null ? <span>Figures of {clockOf(new Date(at))} UTC</span> : null}
    </span>
  )
}
