import type { BreakGlass } from '@/lib/domain/break-glass'
import type { ChildRow, ParentRow } from '@/lib/domain/child-row'
import { isSameDelegation } from '@/lib/domain/delegation'
import type { AgentId, ScopeId } from '@/lib/domain/ids'
import type { RefusalCode } from '@/lib/domain/refusals'
import {
  type ApprovalRecord,
  type CredentialRecord,
  type DecisionRecord,
  type RequestRecord,
  termsOf,
} from '@/lib/domain/request-record'
import type { Stage } from '@/lib/domain/stages'
import type { Status } from '@/lib/domain/status'
import { type OwnChange, ownChanges, type Terms, termsAfter } from '@/lib/domain/terms'
import type { HappenedEvent } from './timeline-words'

/** A stage with who has signed it and who could. */
export type StageView = {
  stage: Stage
  groupName: string
  isOpen: boolean
  /** Distinct people whose yes counts now. */
  counted: number
  /** How many it takes now. */
  quorum: number
  /** Who signed from where the requester signs in, when one more is asked for that. */
  oneMoreFor: readonly string[]
  votes: readonly (ApprovalRecord & { counts: boolean; escalatedToName: string | null | undefined })[]
  canSign: readonly string[]
  cannotSign: readonly { name: string; why: string }[]
  /** Until when it has to be signed in full; null while its turn has not come. */
  deadline: Date | null
  /** The second group that may sign too, and from when on. */
  escalation: { at: Date; to: string; isDone: boolean } | null
}

/** Whose place a signature would take: one's own, '' as its id, or that of somebody one is the deputy of. */
export type Signer = { id: string; name: string }

/** The stage somebody would sign, for whom they may, and how many more it takes after them. */
export type Signing = { stage: StageView; signers: readonly Signer[]; after: number; asksOneMore: boolean }

/** What the person who looks may do with this request now. */
export type Abilities = {
  confirm: boolean
  decline: boolean
  edit: boolean
  withdraw: boolean
  fileAgain: boolean
  issue: boolean
  complete: boolean
  revoke: boolean
  comment: boolean
}

/** Everything the page of one request shows, gathered once. */
export type RequestView = {
  request: RequestRecord
  status: Status
  now: Date
  isMine: boolean
  stages: readonly StageView[]
  asked: Terms
  /** What the signatures leave of it, or what was granted. */
  effective: Terms
  /** Each signature that counts with what it took away itself, in the order they were made. */
  changes: readonly { vote: ApprovalRecord; own: OwnChange }[]
  /** The stage this person would sign, or why they cannot; null when signing is not their business. */
  signing: Signing | { code: RefusalCode } | null
  abilities: Abilities
  decisions: readonly DecisionRecord[]
  cedarOf: ReadonlyMap<string, string>
  policySerial: number
  credentials: readonly CredentialRecord[]
  checks: ReadonlyMap<string, 'offline' | 'introspection'>
  events: readonly HappenedEvent[]
  comments: readonly { id: string; personName: string; text: string; written: Date }[]
  /** The agent's last grant before this request, to compare with. */
  previous: RequestRecord | null
  /** When nobody countersigned it, and whether this person may sign the review of that. */
  breakGlass: { use: BreakGlass; mayReview: boolean } | null
  nextToDecide: string | null
  /** The grants that agents opened below this one, and the one it stands below itself. */
  children: readonly ChildRow[]
  parent: ParentRow | null
  /** How many levels of grants may stand below its own. */
  levelsBelow: number
  /** Scopes that were retired, or whose server was taken out, while the request waits or its grant is live. */
  lostIds: readonly ScopeId[]
  /** Of the sub-agents it names, those that the person who looks owns. */
  ownSubAgents: readonly AgentId[]
}

/** What was asked, what the signatures leave of it or what was granted, and who took away what. */
export function signedView(
  request: RequestRecord,
  yes: readonly ApprovalRecord[],
): Pick<RequestView, 'asked' | 'effective' | 'changes'> {
  const { asked, granted } = termsOf(request)
  const cuts = yes.map(({ cut }) => cut)
  const effective = request.grant ? granted : termsAfter(asked, cuts)
  return { asked, effective, changes: ownChanges(asked, yes) }
}

export const isNarrowed = ({ asked, effective }: Pick<RequestView, 'asked' | 'effective'>) =>
  !isSameDelegation(asked.delegation, effective.delegation) ||
  effective.scopes.length < asked.scopes.length ||
  effective.durationSeconds < asked.durationSeconds ||
  effective.uses !== asked.uses

/** "Security, 1 of 2". */
export const stageTitle = ({ groupName, counted, quorum }: StageView) =>
  `${groupName}, ${Math.min(counted, quorum)} of ${quorum}`
