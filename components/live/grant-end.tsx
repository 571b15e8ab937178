'use client'

import { Icon } from '@/components/ui/icon'
import { clockOf } from '@/components/ui/time-words'
import { boundSentences, type LiveGrant } from '@/lib/domain/live-grant'
import { STATUSES } from '@/lib/domain/status'

const FOLLOWS = {
  live: '',
  revoked: 'No token is issued for it from that moment.',
  completed: 'No token is issued for it from that moment.',
  expired: 'Its tokens ended with it.',
} as const satisfies Record<LiveGrant['status'], string>

/** How a grant ended, and from when each of its resource servers refuses. */
export function GrantEnd({ grant, now, columns }: { grant: LiveGrant; now: number; columns: number }) {
  const { label, tone } = STATUSES[grant.status]
  const by = grant.endedBy ? ` by ${grant.endedBy}` : ''
  const at = grant.ended === null ? '' : ` at ${clockOf(new Date(grant.ended))} UTC`
  const bounds = grant.status === 'expired' ? [] : boundSentences(grant.bounds, now)
  return (
    <tr className="after">
      <td colSpan={columns}>
        <div className={`callout t-${tone}`}>
          <Icon name={tone} />
          <div>
            <b>{label}</b>
            {by}
            {at}. {FOLLOWS[grant.status]}
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
