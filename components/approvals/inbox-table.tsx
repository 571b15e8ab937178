'use client'

import { Table } from '@/components/ui/table'
import type { RequestId } from '@/lib/domain/ids'
import { type InboxActions, InboxRow } from './inbox-row'
import type { LaidRow } from './laid-rows'

export const INBOX_COLUMNS = [
  { label: 'Select', hidden: true },
  { label: 'Request' },
  { label: 'Sensitivity' },
  { label: 'Requester' },
  { label: 'Duration' },
  { label: 'Stage' },
  { label: 'Filed' },
  { label: 'Decide', hidden: true },
] as const

type Props = {
  rows: readonly LaidRow[]
  now: number
  signer: string
  actions: InboxActions
  ticked: ReadonlySet<RequestId>
  onToggle: (id: RequestId) => void
  current: RequestId | null
  onHold: (held: boolean) => void
}

/** What waits for this person: riskiest first, then oldest. Nothing moves while they are at it. */
export function InboxTable({ rows, now, signer, actions, ticked, onToggle, current, onHold }: Props) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes that somebody is at the rows
    <div
      onPointerEnter={() => onHold(true)}
      onPointerLeave={({ currentTarget }) => onHold(currentTarget.contains(document.activeElement))}
      onFocus={() => onHold(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget) && !currentTarget.matches(':hover')) onHold(false)
      }}
    >
      <Table caption="Waiting for you" className="live inbox" columns={INBOX_COLUMNS}>
        {rows.map((laid) => (
          <InboxRow
            key={laid.row.id}
            laid={laid}
            now={now}
            signer={signer}
            actions={actions}
            isTicked={ticked.has(laid.row.id)}
            isCurrent={laid.row.id === current}
            onToggle={() => onToggle(laid.row.id)}
          />
        ))}
      </Table>
    </div>
  )
}
