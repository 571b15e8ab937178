import type { RefusalCode } from '@/lib/domain/refusals'
import type {
  ApprovalRecord,
  CredentialRecord,
  DecisionRecord,
  RequestRecord,
} from '@/lib/domain/request-record'
import type { Stage } from '@/lib/domain/stages'
import type { Status } from '@/lib/domain/status'
import type { HappenedEvent } from './timeline-words'

/** A stage with who has signed it and who could. */
export type StageView = {
  stage: Stage
  groupName: string
  isOpen: boolean
  /** Distinct people whose yes counts now. */
  counted: number
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

/** What the person who looks may do with this request now. */
export type Abilities = {
  edit: boolean
  withdraw: boolean
  fileAgain: boolean
  issue: boolean
  complete: boolean
  revoke: boolean
}

/** Everything the page of one request shows, gathered once. */
export type RequestView = {
  request: RequestRecord
  status: Status
  now: Date
  isMine: boolean
  stages: readonly StageView[]
  /** The stage this person would sign, or why they cannot; null when signing is not their business. */
  signing: { stage: StageView; signers: readonly Signer[] } | { code: RefusalCode } | null
  abilities: Abilities
  decisions: readonly DecisionRecord[]
  cedarOf: ReadonlyMap<string, string>
  policySerial: number
  credentials: readonly CredentialRecord[]
  checks: ReadonlyMap<string, 'offline' | 'introspection'>
  events: readonly HappenedEvent[]
  /** The agent's last grant before this request, to compare with. */
  previous: RequestRecord | null
  nextToDecide: string | null
}

/** "Security, 1 of 2". */
export const stageTitle = ({ groupName, counted, stage }: StageView) =>
  `${groupName}, ${Math.min(counted, stage.quorum)} of ${stage.quorum}`
