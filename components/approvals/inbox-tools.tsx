'use client'

import { Button } from '@/components/ui/button'
import { ChipLink } from '@/components/ui/chip'
import { whyNotAtOnce } from '@/lib/domain/bulk'
import { type InboxQuery, inboxHref, RISK_FILTERS } from '@/lib/domain/inbox'
import { type BulkActions, BulkSign } from './bulk-sign'
import type { LaidRow } from './laid-rows'

export type OwnGroup = { slug: string; name: string }

/** What the list is narrowed to: in the address, so that it can be kept and sent. */
export function InboxFilters({ query, groups }: { query: InboxQuery; groups: readonly OwnGroup[] }) {
  const to = (change: Partial<InboxQuery>) => inboxHref({ ...query, after: '', ...change })
  return (
    <nav className="tools" aria-label="Filter approvals">
      {RISK_FILTERS.map(({ key, label }) => (
        <ChipLink key={key} href={to({ risk: key })} on={query.risk === key}>
          {label}
        </ChipLink>
      ))}
      {groups.length > 1
        ? groups.map(({ slug, name }) => (
            <ChipLink
              key={slug}
              href={to({ group: query.group === slug ? '' : slug })}
              on={query.group === slug}
            >
              {name}
            </ChipLink>
          ))
        : null}
      {query.agent ? (
        <ChipLink href={to({ agent: '' })} on>
          Only {query.agent}
        </ChipLink>
      ) : null}
    </nav>
  )
}

type Props = {
  rows: readonly LaidRow[]
  selected: readonly LaidRow[]
  /** Those of the selected that are not over: what the buttons act on. */
  actions: BulkActions
  now: number
  onSelect: (rows: readonly LaidRow[]) => void
  onSigned: () => void
}

/** What is done to the rows that are ticked. */
export function InboxBulk({ rows, selected, actions, now, onSelect, onSigned }: Props) {
  const about = { selected, actions, now, onSigned }
  const whyNot =
    selected.length > 0 ? whyNotAtOnce(selected.map(({ row }) => ({ ...row, isOpened: row.isOpened }))) : null
  return (
    <div className="row bulk-acts">
      {selected.length > 0 ? (
        <Button variant="quiet" small onClick={() => onSelect([])}>
          Select none
        </Button>
      ) : (
        <Button variant="quiet" small onClick={() => onSelect(rows.filter(({ gone }) => !gone))}>
          Select all
        </Button>
      )}
      <BulkSign verdict="deny" {...about} />
      <BulkSign verdict="approve" {...about} selected={whyNot ? [] : selected} />
      {whyNot ? <p className="note">Not approved at once: {whyNot}</p> : null}
    </div>
  )
}
