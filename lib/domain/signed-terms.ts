import { z } from 'zod'
import { countedApprovals, type Votable, type Vote } from './approval'
import { MAX_DEPTH } from './child-depth'
import { delegationLeft, isSameDelegation, MAX_SUB_AGENTS } from './delegation'
import { AgentId, ScopeId } from './ids'
import type { RefusalCode } from './refusals'
import { MAX_SCOPES } from './request'
import type { Stage } from './stages'
import { type Terms, termsAfter } from './terms'
import { areCounted, type Cap, isWithin } from './uses'

const LEAVE_ONE = 'Leave at least one scope. To give nothing, deny.'

/** An empty field caps nothing. */
const Uses = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.coerce
    .number('Give the uses as a number.')
    .int('Give whole uses.')
    .min(1, 'Give at least 1 use. To give nothing, deny.')
    .max(1_000_000, 'Give at most 1,000,000 uses.')
    .optional(),
)

/** What an approver would leave of a request: scopes and time or neither, and with them how many uses. */
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
  uses: Uses,
  /** Which sub-agents are left, none when only a depth is sent. Neither: what earlier signatures left of them. */
  subAgentIds: z.array(AgentId, 'Leave sub-agents of the list.').max(MAX_SUB_AGENTS).optional(),
  subAgentDepth: z.coerce
    .number('Give the levels as a number.')
    .int('Give whole levels.')
    .min(0, 'Give no fewer than 0 levels.')
    .max(MAX_DEPTH, `Give at most ${MAX_DEPTH} levels.`)
    .optional(),
}

export type Changes = {
  scopeIds: readonly ScopeId[]
  durationMinutes: number
  uses?: number | undefined
  subAgentIds?: readonly AgentId[] | undefined
  subAgentDepth?: number | undefined
}
type Sent = { [Name in keyof Changes]?: Changes[Name] | undefined }

// A form without a single ticked scope sends none: that is no way of leaving all of them.
export const areWhole = ({ scopeIds, durationMinutes, uses, subAgentIds, subAgentDepth }: Sent) =>
  (scopeIds === undefined) === (durationMinutes === undefined) &&
  (uses === undefined || scopeIds !== undefined) &&
  (subAgentDepth === undefined || scopeIds !== undefined) &&
  (subAgentIds === undefined || subAgentDepth !== undefined)
export const NOT_WHOLE = { error: LEAVE_ONE, path: ['scopeIds'] }

export const changesOf = ({ scopeIds, durationMinutes, ...of }: Sent): Changes | null => {
  if (!scopeIds || durationMinutes === undefined) return null
  const { uses, subAgentIds, subAgentDepth } = of
  const handing = subAgentDepth === undefined ? {} : { subAgentIds: subAgentIds ?? [], subAgentDepth }
  return { scopeIds, durationMinutes, uses, ...handing }
}

const handedOn = (left: Terms, { subAgentIds = [], subAgentDepth }: Changes) =>
  subAgentDepth === undefined
    ? { delegation: left.delegation }
    : delegationLeft(left.delegation, { agentIds: subAgentIds, depth: subAgentDepth })

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

type CannotSign = Extract<
  RefusalCode,
  'nothing_left' | 'beyond_asked' | 'narrows_nothing' | 'uses_not_counted'
>

/** What somebody would sign: all that is left, or less. Nobody gives what was not asked, or what somebody else struck. */
export function termsToSign(left: Terms, changes: Changes | null): { terms: Terms } | { code: CannotSign } {
  if (left.scopes.length === 0) return { code: 'nothing_left' }
  if (!changes) return { terms: left }
  const scopes = left.scopes.filter(({ id }) => changes.scopeIds.includes(id))
  const durationSeconds = changes.durationMinutes * 60
  const uses: Cap = changes.uses ?? left.uses
  const isMoreTime = durationSeconds > left.durationSeconds
  if (scopes.length < new Set(changes.scopeIds).size || isMoreTime || !isWithin(left.uses, uses))
    return { code: 'beyond_asked' }
  const handed = handedOn(left, changes)
  if (handed === 'beyond') return { code: 'beyond_asked' }
  const { delegation } = handed
  if (changes.uses !== undefined && !areCounted(scopes)) return { code: 'uses_not_counted' }
  const isAll = scopes.length === left.scopes.length && durationSeconds === left.durationSeconds
  return isAll && uses === left.uses && isSameDelegation(delegation, left.delegation)
    ? { code: 'narrows_nothing' }
    : { terms: { scopes, durationSeconds, uses, delegation } }
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
