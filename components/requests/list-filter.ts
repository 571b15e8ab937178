import { STATUSES, type Status } from '@/lib/domain/status'

/** What the list can be narrowed to: several states at once, or one by its name in the address. */
export const LIST_FILTERS = [
  { key: '', label: 'All', statuses: [] },
  { key: 'awaiting', label: 'Awaiting approval', statuses: ['awaiting'] },
  { key: 'proposed', label: 'Proposed', statuses: ['proposed'] },
  { key: 'live', label: 'Live', statuses: ['live'] },
  { key: 'ended', label: 'Ended', statuses: ['completed', 'revoked', 'expired'] },
  { key: 'not-granted', label: 'Not granted', statuses: ['refused', 'denied', 'withdrawn', 'lapsed'] },
] as const satisfies readonly { key: string; label: string; statuses: readonly Status[] }[]

const isStatus = (word: string): word is Status => Object.hasOwn(STATUSES, word)

/** Words of an address that are no state narrow nothing. */
export function statusesOf(state: string): readonly Status[] {
  const filter = LIST_FILTERS.find(({ key }) => key === state)
  return filter ? filter.statuses : isStatus(state) ? [state] : []
}

export type ListQuery = { state: string; own: boolean; before: string }

/** The address of the list with this narrowing. */
export function listHref(base: string, { state, own, before }: ListQuery): string {
  const words = new URLSearchParams()
  if (state) words.set('state', state)
  if (own) words.set('own', '1')
  if (before) words.set('before', before)
  return words.size > 0 ? `${base}?${words}` : base
}

/** Where the next page begins: after the last row of this one. */
export const cursorOf = ({ filed, id }: { filed: Date; id: string }) => `${filed.toISOString()}_${id}`

// The years a database can compare with: the page's own cursors lie there, whatever an address says.
const CURSOR = /^([12]\d{3}-\d{2}-\d{2}T[\d:.]{12}Z)_(R-[0-9A-Z]{4,26})$/

export function cursorFrom(text: string): { filed: Date; id: string } | undefined {
  const [, at = '', id = ''] = CURSOR.exec(text) ?? []
  const filed = new Date(at)
  return Number.isNaN(filed.getTime()) ? undefined : { filed, id }
}
