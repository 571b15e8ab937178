import type { Vote } from './approval'
import type { Stage } from './stages'

type Asked = Pick<Stage, 'quorum' | 'sameDevice'>
type Signed = Pick<Vote, 'sameDevice'>

/** Whether one more is asked, because one of these signatures came from where the requester signs in. */
export const asksOneMore = ({ sameDevice }: Asked, votes: readonly Signed[]): boolean =>
  sameDevice === 'one-more' && votes.some((vote) => vote.sameDevice === true)

/** How many people a stage takes when these signatures are in it. */
export const quorumWith = (stage: Asked, votes: readonly Signed[]): number =>
  stage.quorum + (asksOneMore(stage, votes) ? 1 : 0)

type Signable = {
  version: number
  stages: readonly Stage[]
  approvals: readonly Pick<Vote, 'tenantId' | 'stage' | 'version' | 'verdict' | 'sameDevice'>[]
}

/** How many have signed this version of a request, and how many its stages take with that. */
export function signaturesOn({ stages, approvals, version }: Signable): { given: number; needed: number } {
  const yes = approvals.filter((vote) => vote.version === version && vote.verdict === 'approve')
  const inStage = ({ name, tenantId }: Stage) =>
    yes.filter((vote) => vote.stage === name && vote.tenantId === tenantId)
  const needed = stages.reduce((sum, stage) => sum + quorumWith(stage, inStage(stage)), 0)
  return { given: yes.length, needed }
}
