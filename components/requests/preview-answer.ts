import type { Verdict } from '@/lib/domain/question'

type Asked = readonly { personId: string; name: string; whyNot: string | null }[]

export type PreviewedStage = {
  name: string
  groupName: string
  quorum: number
  /** How many could sign it, now or once it has escalated. */
  signers: number
  asked: Asked
  sameDevice?: 'one-more'
  expiresSeconds?: number
  escalate?: { afterSeconds: number }
  later: { groupName: string; asked: Asked } | null
}

/** What policy would say of a draft, as the page draws it. */
export type PreviewAnswer = {
  verdict: Verdict
  stages: readonly PreviewedStage[]
  scopes: readonly {
    scopeId: string
    action: string
    verdict: Verdict
    policies: readonly { id: string; says: string }[]
  }[]
  suggestions: readonly string[]
  refusedScopeIds: readonly string[]
  policySerial: number
}

/** The policies that decide, each once: those that refuse, or those that hold, or those that allow. */
export function decidingPolicies(answer: PreviewAnswer): { id: string; says: string }[] {
  const deciding = answer.scopes.filter(({ verdict }) => verdict === answer.verdict)
  return [
    ...new Map(deciding.flatMap(({ policies }) => policies).map((policy) => [policy.id, policy])).values(),
  ]
}

export const signaturesNeeded = (answer: Pick<PreviewAnswer, 'stages'>) =>
  answer.stages.reduce((sum, { quorum }) => sum + quorum, 0)

/** "Security (2), then Data owners (1)". */
export const stagesInWords = (answer: Pick<PreviewAnswer, 'stages'>) =>
  answer.stages.map(({ groupName, quorum }) => `${groupName} (${quorum})`).join(', then ')
