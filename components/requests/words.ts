import { lastsOf } from '@/components/ui/time-words'
import { counted } from '@/lib/domain/counted'
import type { Delegation } from '@/lib/domain/delegation'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Status } from '@/lib/domain/status'
import type { OwnChange } from '@/lib/domain/terms'

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const ASKS = {
  proposed: 'asks for',
  awaiting: 'asks for',
  live: 'has',
  refused: 'asked for',
  denied: 'asked for',
  withdrawn: 'asked for',
  lapsed: 'asked for',
  completed: 'had',
  revoked: 'had',
  expired: 'had',
} as const satisfies Record<Status, string>

/** A request's title is computed, so that words nobody checked never lead: "refund-triage asks for 3 scopes, for 45 minutes". */
export const requestTitle = (
  {
    agent,
    scopes,
    durationSeconds,
  }: { agent: { slug: string }; scopes: readonly unknown[]; durationSeconds: number },
  status: Status,
) => `${agent.slug} ${ASKS[status]} ${counted(scopes.length, 'scope')}, for ${lastsOf(durationSeconds)}`

const UNITS = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3600, unit: 'h' },
  { seconds: 60, unit: 'min' },
  { seconds: 1, unit: 's' },
] as const

/** "45 min", "1 h 30 min", for tables. */
export function shortDuration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const { seconds: size, unit } of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.join(' ') || '0 s'
}

/** "at most 3 uses", "3 uses instead of 10". */
export const cappedInWords = (from: number | null, to: number): string =>
  from === null ? `at most ${counted(to, 'use')}` : `${counted(to, 'use')} instead of ${from}`

/** "1 level down", of how far signatures count. */
export const levelsDown = (levels: number): string => `${counted(levels, 'level')} down`

/** 1, 2, 3: what can be chosen where so many are left. */
export const levelsUpTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1)

/** "linter and tester, 1 level down". */
export const subAgentsInWords = ({ agents, depth }: Delegation): string =>
  `${listed(agents.map(({ slug }) => slug))}, ${levelsDown(depth)}`

/** "without secret:read on vault/s/1, 30 min instead of 45 min", or nothing when nothing was taken away. */
export function changeInWords({ struck, shortened, capped, unnamed, shallower }: OwnChange): string {
  const scopes = struck.map((scope) => `${scope.action} on ${resourceLabel(scope)}`)
  return [
    ...(scopes.length > 0 ? [`without ${listed(scopes)}`] : []),
    ...(shortened ? [`${shortDuration(shortened.to)} instead of ${shortDuration(shortened.from)}`] : []),
    ...(capped ? [cappedInWords(capped.from, capped.to)] : []),
    ...(unnamed.length > 0 ? [`not for ${listed(unnamed.map(({ slug }) => slug))}`] : []),
    ...(shallower ? [`${levelsDown(shallower.to)} instead of ${shallower.from}`] : []),
  ].join(', ')
}

export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
