'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { ChipLink } from '@/components/ui/chip'
import { Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import type { GrantId } from '@/lib/domain/ids'
import { LIVE_FILTERS, type LiveGrants } from '@/lib/domain/live-grant'
import { addressOf, type View } from './use-live-grants'

// What one transaction takes back at once.
const MOST = 100

type Props = {
  view: View
  counts: LiveGrants['counts']
  selected: readonly GrantId[]
  selectable: readonly GrantId[]
  onSelect: (ids: readonly GrantId[]) => void
  revoke: FormAction<unknown>
}

/** Filters, which live in the URL, and what is done to the rows that are ticked. */
export function GrantTools({ view, counts, selected, selectable, onSelect, revoke }: Props) {
  return (
    <div className="tools">
      {LIVE_FILTERS.map(({ key, label }) => (
        <ChipLink
          key={key}
          href={addressOf({ filter: key, before: null }, '/grants')}
          on={view.filter === key}
          count={counts[key]}
        >
          {label}
        </ChipLink>
      ))}
      {selectable.length > 0 ? (
        <div className="row bulk">
          {selected.length > 0 ? (
            <Button variant="quiet" small onClick={() => onSelect([])}>
              Select none
            </Button>
          ) : (
            <Button variant="quiet" small onClick={() => onSelect(selectable.slice(0, MOST))}>
              Select all
            </Button>
          )}
          <RevokeSelected ids={selected} revoke={revoke} onDone={() => onSelect([])} />
        </div>
      ) : null}
    </div>
  )
}

type RevokeProps = { ids: readonly GrantId[]; revoke: FormAction<unknown>; onDone: () => void }

const grants = (count: number) => `${count} grant${count === 1 ? '' : 's'}`

function RevokeSelected({ ids, revoke, onDone }: RevokeProps) {
  return (
    <ActDialog
      verb="Revoke selected"
      title={`Revoke ${grants(ids.length)}`}
      working="Revoking"
      action={revoke}
      said={`${grants(ids.length)} revoked.`}
      onDone={onDone}
      variant="danger"
      small
      disabled={ids.length === 0}
    >
      <p>
        All of them or none:{' '}
        {ids.map((id) => (
          <code key={id}>{id} </code>
        ))}
        No token is issued for them from that moment.
      </p>
      {ids.map((id) => (
        <input key={id} type="hidden" name="grantIds[]" value={id} />
      ))}
      <Textarea label="Reason" name="reason" hint="It may stay empty. The requesters read it." />
    </ActDialog>
  )
}
