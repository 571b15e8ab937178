import { z } from 'zod'
import { countedApprovals, type Votable, type Vote } from './approval'
import { ScopeId } from './ids'
import type { RefusalCode } from './refusals'
import { MAX_SCOPES } from './request'
import type { Stage } from './stages'
import { type Terms, termsAfter } from './terms'

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
          (one.passkey || !stage.passkey) &&
          (one.sameDevice !== undefined || stage.sameDevice === undefined),
      ),
  )
