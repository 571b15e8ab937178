'use client'

import { Table } from '@/components/ui/table'
import type { FormAction } from '@/components/ui/use-act'
import type { GrantId } from '@/lib/domain/ids'
import type { LiveGrant } from '@/lib/domain/live-grant'
import { GrantRow } from './grant-row'

const COLUMNS = [
  { label: 'Select', hidden: true },
  { label: 'Grant' },
  { label: 'Agent' },
  { label: 'Acts for', className: 'opt' },
  { label: 'Signed', className: 'opt' },
  { label: 'Time left' },
  { label: 'Last use' },
  { label: 'Act', hidden: true },
] as const

type Props = {
  rows: readonly LiveGrant[]
  now: number
  revoke: FormAction<unknown>
  ticked: ReadonlySet<GrantId>
  onTick: (ticked: ReadonlySet<GrantId>) => void
  onPointerEnter: () => void
  onPointerLeave: () => void
}

export function GrantTable({ rows, now, revoke, ticked, onTick, ...pointer }: Props) {
  const toggle = (id: GrantId) => {
    const next = new Set(ticked)
    if (!next.delete(id)) next.add(id)
    onTick(next)
  }
  return (
    <div {...pointer}>
      <Table caption="Live grants" className="live" columns={COLUMNS}>
        {rows.map((grant) => (
          <GrantRow
            key={grant.id}
            grant={grant}
            now={now}
            revoke={revoke}
            isTicked={ticked.has(grant.id)}
            onToggle={() => toggle(grant.id)}
            columns={COLUMNS.length}
          />
        ))}
      </Table>
    </div>
  )
}
