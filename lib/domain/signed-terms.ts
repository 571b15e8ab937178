import { z } from 'zod'
import { countedApprovals, type Votable, type Vote } from './approval'
import { ScopeId } from './ids'
import type { RefusalCode } from './refusals'
import { MAX_SCOPES } from './request'
import type { Scope } from './scope'
import type { Stage } from './stages'

/** What a grant gives: scopes, for a time. */
export type Terms = { scopes: readonly Scope[]; durationSeconds: number }

/** What one signature takes away from what was asked. A cut is the only thing a signature can make. */
export const Cut = z.object({ struck: ScopeId.array(), durationSeconds: z.int().positive() })
export type Cut = z.infer<typeof Cut>

const LEAVE_ONE = 'Leave at least one scope. To give nothing, deny.'

/** What an approver would leave of a request: both or neither. */
export const CHANGES = {
  scopeIds: z
    .array(ScopeId, LEAVE_ONE)
    .min(1, LEAVE_ONE)
    .max(MAX_SCOPES)
    .transform((ids) => [...new Set(ids)])
    .optional(),
  durationMinutes: z.coerce
    .number('Give the duration in minutes.')
    .int('Give whole minutes.')
    .min(1, 'Give at least 1 minute.')
    .max(7 * 24 * 60, 'Give at most 7 days.')
    .optional(),
}

export type Changes = { scopeIds: readonly ScopeId[]; durationMinutes: number }
type Sent = { scopeIds?: readonly ScopeId[] | undefined; durationMinutes?: number | undefined }

// A form without a single ticked scope sends none: that is no way of leaving all of them.
export const areWhole = ({ scopeIds, durationMinutes }: Sent) =>
  (scopeIds === undefined) === (durationMinutes === undefined)
export const NOT_WHOLE = { error: LEAVE_ONE, path: ['scopeIds'] }

export const changesOf = ({ scopeIds, durationMinutes }: Sent): Changes | null =>
  scopeIds && durationMinutes !== undefined ? { scopeIds, durationMinutes } : null

/** The intersection of what was asked and of every signed version. It never depends on their order. */
export function termsAfter(asked: Terms, cuts: readonly (Cut | null)[]): Terms {
  const made = cuts.filter((cut) => cut !== null)
  const struck = new Set(made.flatMap((cut) => cut.struck))
  return {
    scopes: asked.scopes.filter(({ id }) => !struck.has(id)),
    durationSeconds: Math.min(asked.durationSeconds, ...made.map((cut) => cut.durationSeconds)),
  }
}

/** What signing these terms takes away from what was asked, or null when they are all of it. */
export function cutOf(asked: Terms, signed: Terms): Cut | null {
  const struck = asked.scopes.map(({ id }) => id).filter((id) => !signed.scopes.some((one) => one.id === id))
  const { durationSeconds } = signed
  return struck.length === 0 && durationSeconds === asked.durationSeconds ? null : { struck, durationSeconds }
}

/** Whether a signature says yes to this scope for this long. */
export const covers = (cut: Cut | null, of: { scopeId: ScopeId; durationSeconds: number }): boolean =>
  cut === null || (!cut.struck.includes(of.scopeId) && of.durationSeconds <= cut.durationSeconds)

/** Signatures that count now, of whatever stage the request waits for. */
export const countedVotes = (votable: Votable): Vote[] =>
  votable.stages.flatMap((stage) => {
    const counted = countedApprovals(stage, votable)
    return votable.votes.filter(
      (vote) =>
        vote.verdict === 'approve' &&
        vote.version === votable.version &&
        vote.stage === stage.name &&
        vote.tenantId === stage.tenantId &&
        counted.includes(vote.personId),
    )
  })

/** What the signatures that count now leave of what was asked. */
export const termsLeft = (asked: Terms, votable: Votable): Terms =>
  termsAfter(
    asked,
    countedVotes(votable).map(({ cut }) => cut),
  )

/** What somebody would sign: all that is left, or less. Nobody gives what was not asked, or what somebody else struck. */
export function termsToSign(
  left: Terms,
  changes: Changes | null,
): { terms: Terms } | { code: Extract<RefusalCode, 'nothing_left' | 'beyond_asked' | 'narrows_nothing'> } {
  if (left.scopes.length === 0) return { code: 'nothing_left' }
  if (!changes) return { terms: left }
  const scopes = left.scopes.filter(({ id }) => changes.scopeIds.includes(id))
  const durationSeconds = changes.durationMinutes * 60
  if (scopes.length < new Set(changes.scopeIds).size || durationSeconds > left.durationSeconds)
    return { code: 'beyond_asked' }
  if (scopes.length === left.scopes.length && durationSeconds === left.durationSeconds)
    return { code: 'narrows_nothing' }
  return { terms: { scopes, durationSeconds } }
}

/** The stages of the narrower grant that nobody was asked for when the request was filed. */
export const stagesBeyond = (asked: readonly Stage[], demanded: readonly Stage[]): Stage[] =>
  demanded.filter(
    (stage) =>
      !asked.some(
        (one) =>
          one.name === stage.name &&
          one.tenantId === stage.tenantId &&
          one.quorum >= stage.quorum &&
          (one.passkey || !stage.passkey),
      ),
  )

/** What a signature took away from what those before it had left. */
export type OwnChange = { struck: Scope[]; shortened: { from: number; to: number } | null }

export const NO_CHANGE: OwnChange = { struck: [], shortened: null }

export function ownChange(before: Terms, after: Terms): OwnChange {
  return {
    struck: before.scopes.filter(({ id }) => !after.scopes.some((one) => one.id === id)),
    shortened:
      after.durationSeconds < before.durationSeconds
        ? { from: before.durationSeconds, to: after.durationSeconds }
        : null,
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
