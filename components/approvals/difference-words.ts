import { counted } from '@/lib/domain/counted'
import { type Difference, GRANTS_LOOKED_AT } from '@/lib/domain/difference'
import type { ScopeId } from '@/lib/domain/ids'
import type { InboxScope } from '@/lib/domain/inbox'
import { cappedInWords, listed, shortDuration, subAgentsInWords } from '../requests/words'

const nameOf = (scopes: readonly InboxScope[], id: ScopeId) => {
  const scope = scopes.find((one) => one.id === id)
  return scope ? `${scope.action} ${scope.resource}` : id
}

/** "new: secret:read vault/db; 2 h instead of 30 min": what differs from the agent's last similar grant. */
export function differenceWords(difference: Difference, scopes: readonly InboxScope[]): string {
  const { kind, added, fewer, seconds, environment, uses, delegation } = difference
  if (kind === 'first') return 'This agent was never given anything.'
  if (kind === 'unlike') return 'Nothing like it among its last grants.'
  if (kind === 'same') return 'The same as last time.'
  return [
    added.length > 0 && `new: ${listed(added.map((id) => nameOf(scopes, id)))}`,
    fewer > 0 && `without ${counted(fewer, 'scope')} of last time`,
    seconds && `${shortDuration(seconds.now)} instead of ${shortDuration(seconds.before)}`,
    environment && `${environment.now} instead of ${environment.before}`,
    uses &&
      (uses.now === null
        ? `no cap of ${counted(uses.before ?? 0, 'use')}`
        : cappedInWords(uses.before, uses.now)),
    delegation && handingWords(delegation),
  ]
    .filter(Boolean)
    .join('; ')
}

function handingWords({ now, before }: NonNullable<Difference['delegation']>): string {
  if (!now) return 'for no sub-agents this time'
  const named = `for the sub-agents ${subAgentsInWords(now)}, too`
  return before ? `${named}, instead of ${subAgentsInWords(before)}` : named
}

/** What the mark says and what it means, or null: an agent's first grant, or scopes it never held. */
export function firstTime(difference: Difference, scopes: readonly InboxScope[]): string | null {
  const { kind, never, isWhole } = difference
  if (kind === 'first') return 'It would be the first grant of this agent.'
  if (never.length === 0) return null
  const names = listed(never.map((id) => nameOf(scopes, id)))
  return isWhole
    ? `This agent never held ${names}.`
    : `None of its last ${GRANTS_LOOKED_AT} grants held ${names}.`
}
