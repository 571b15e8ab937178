'use client'

import { Icon } from '@/components/ui/icon'
import { clockOf } from '@/components/ui/time-words'
import { boundSentences, type LiveGrant } from '@/lib/domain/live-grant'
import { STATUSES } from '@/lib/domain/status'

/** Who ended a grant, and from when each of its resource servers refuses. */
export function GrantEnd({ grant, now, columns }: { grant: LiveGrant; now: number; columns: number }) {
  const { label, tone } = STATUSES[grant.status]
  const by = grant.endedBy ? ` by ${grant.endedBy}` : ''
  const at = grant.ended === null ? '' : ` at ${clockOf(new Date(grant.ended))} UTC`
  const bounds = boundSentences(grant.bounds, now)
  return (
    <tr className="after">
      <td colSpan={columns}>
        <div className={`callout t-${tone}`}>
          <Icon name={tone} />
          <div>
            <b>{label}</b>
            {by}
            {at}. No token is issued for it from that moment.
            {bounds.length > 0 ? (
              <div className="servers">
                {bounds.map((sentence) => (
                  <span key={sentence}>{sentence}</span>
                ))}
              </div>
            ) : null}
          </div>
        </div>
      </td>
    </tr>
  )
}
