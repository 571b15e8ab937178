import { counted } from '@/lib/domain/counted'
import { phaseOf } from '@/lib/domain/status'
import type { Terms } from '@/lib/domain/terms'
import type { RequestView } from './request-view'
import { listed, subAgentsInWords } from './words'

type Named = { effective: Pick<Terms, 'delegation'> }
type Handed = { words: string; until: Date }

/** Who has part of it now, or had, and until when at the latest. Null where it never was handed on. */
export function handedOnTo({ children }: Pick<RequestView, 'children'>): Handed | null {
  const live = children.filter(({ status }) => status === 'live')
  const shown = live.length > 0 ? live : children
  const until = shown.map(({ expires }) => expires).sort((a, b) => b.getTime() - a.getTime())[0]
  if (!until) return null
  const agents = listed([...new Set(shown.map(({ agent }) => agent))].sort())
  return {
    words: live.length > 0 ? `Handed on to ${agents}, until` : `Was handed on to ${agents}, no longer than`,
    until,
  }
}

/** The sub-agents that signatures count for, while anything can be handed on. */
export const signedFor = ({ status, effective }: Pick<RequestView, 'status'> & Named) =>
  phaseOf(status) === 'open' ? (effective.delegation?.agents ?? []) : []

/** What its agent may hand on to others, said where people sign: signatures count for those it names, and for nobody else. */
export function handingOnRule({
  status,
  request,
  levelsBelow,
  children,
  effective,
  parent,
}: Pick<RequestView, 'status' | 'request' | 'levelsBelow' | 'children' | 'parent'> & Named): string {
  const phase = phaseOf(status)
  if (phase === 'never') return 'Nothing was granted, so nothing can be handed on.'
  if (phase === 'ended') return children.length > 0 ? 'It ended with this grant.' : 'It was not handed on.'
  if (levelsBelow === 0) return 'It may not be handed on.'
  const { delegation } = effective
  const rule = `${request.agent.slug} may hand less than this on to other agents, at most ${counted(levelsBelow, 'level')} deep. Policy is asked anew`
  // What its root was signed for stands on the page of that.
  if (parent) return `${rule}. Of the signatures above it only those count that name the other agent.`
  return delegation
    ? `${rule}. Signatures count for ${subAgentsInWords(delegation)}, and for no other agent.`
    : `${rule}, with no approvals.`
}
