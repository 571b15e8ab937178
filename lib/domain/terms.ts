import type { Vote } from './approval'
import {
  type Delegation,
  type DelegationCut,
  delegationAfter,
  delegationCutOf,
  type SubAgent,
} from './delegation'
import type { ScopeId } from './ids'
import type { Scope } from './scope'
import { type Cap, isWithin, smallerCap } from './uses'

/** What a grant gives: scopes, for a time, for so many uses where they are counted, and to whom it may be handed on signed. */
export type Terms = {
  scopes: readonly Scope[]
  durationSeconds: number
  uses: Cap
  delegation: Delegation | null
}

/** What one signature takes away from what was asked. A cut is the only thing a signature can make. */
export type Cut = {
  struck: readonly ScopeId[]
  durationSeconds: number
  uses?: number
  delegation?: DelegationCut
}

const capOf = (cut: Cut): Cap => cut.uses ?? null

/** The intersection of what was asked and of every signed version. It never depends on their order. */
export function termsAfter(asked: Terms, cuts: readonly (Cut | null)[]): Terms {
  const made = cuts.filter((cut) => cut !== null)
  const struck = new Set(made.flatMap((cut) => cut.struck))
  return {
    scopes: asked.scopes.filter(({ id }) => !struck.has(id)),
    durationSeconds: Math.min(asked.durationSeconds, ...made.map((cut) => cut.durationSeconds)),
    uses: made.map(capOf).reduce(smallerCap, asked.uses),
    delegation: delegationAfter(
      asked.delegation,
      made.flatMap((cut) => cut.delegation ?? []),
    ),
  }
}

/** What signing these terms takes away from what was asked, or null when they are all of it. */
export function cutOf(asked: Terms, signed: Terms): Cut | null {
  const struck = asked.scopes.map(({ id }) => id).filter((id) => !signed.scopes.some((one) => one.id === id))
  const { durationSeconds, uses } = signed
  const delegation = delegationCutOf(asked.delegation, signed.delegation)
  const isSame = struck.length === 0 && durationSeconds === asked.durationSeconds && uses === asked.uses
  if (isSame && !delegation) return null
  return {
    ...{ struck, durationSeconds },
    ...(uses === null ? {} : { uses }),
    ...(delegation ? { delegation } : {}),
  }
}

/** Whether a signature says yes to this scope for this long. */
export const covers = (cut: Cut | null, of: { scopeId: ScopeId; durationSeconds: number }): boolean =>
  cut === null || (!cut.struck.includes(of.scopeId) && of.durationSeconds <= cut.durationSeconds)

/** Whether a signature says yes to this many uses. */
export const coversUses = (cut: Cut | null, uses: Cap): boolean => cut === null || isWithin(capOf(cut), uses)

/** What a signature took away from what those before it had left. */
export type OwnChange = {
  struck: Scope[]
  shortened: { from: number; to: number } | null
  capped: { from: Cap; to: number } | null
  /** Sub-agents it does not count for. */
  unnamed: readonly SubAgent[]
  shallower: { from: number; to: number } | null
}

export const NO_CHANGE: OwnChange = {
  ...{ struck: [], shortened: null, capped: null, unnamed: [], shallower: null },
}

function delegationChange(before: Delegation | null, after: Delegation | null) {
  const isLeft = ({ id }: SubAgent) => after?.agents.some((one) => one.id === id)
  return {
    unnamed: before?.agents.filter((one) => !isLeft(one)) ?? [],
    shallower: before && after && after.depth < before.depth ? { from: before.depth, to: after.depth } : null,
  }
}

export function ownChange(before: Terms, after: Terms): OwnChange {
  return {
    struck: before.scopes.filter(({ id }) => !after.scopes.some((one) => one.id === id)),
    shortened:
      after.durationSeconds < before.durationSeconds
        ? { from: before.durationSeconds, to: after.durationSeconds }
        : null,
    capped:
      after.uses !== null && !isWithin(after.uses, before.uses)
        ? { from: before.uses, to: after.uses }
        : null,
    ...delegationChange(before.delegation, after.delegation),
  }
}

/** Each signature with what it took away itself, in the order they were made. */
export function ownChanges<V extends Pick<Vote, 'cut' | 'signed'>>(
  asked: Terms,
  votes: readonly V[],
): { vote: V; own: OwnChange }[] {
  const inOrder = [...votes].sort((a, b) => a.signed.getTime() - b.signed.getTime())
  return inOrder.map((vote, index) => {
    const before = termsAfter(
      asked,
      inOrder.slice(0, index).map(({ cut }) => cut),
    )
    return { vote, own: ownChange(before, termsAfter(before, [vote.cut])) }
  })
}
