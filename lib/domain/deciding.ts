import type { PersonId } from './ids'

/** How one approver decided lately: from the dialog being opened to the signature. */
export type Deciding = {
  personId: PersonId
  name: string
  decisions: number
  /** How many of them were a yes. */
  approved: number
  medianSeconds: number
  /** How many were signed quicker than anybody reads. */
  quick: number
  /** The most decisions in any ten minutes. */
  busiest: number
}

/** The span a report looks at. */
export const DECIDING_DAYS = 30
export const BUSY_MINUTES = 10

export const QUICK_SECONDS = 2
const FEW = 3
const DOZENS = 24

/** What a compliance officer should look at (human-agent trust): signing without reading. */
export function decidingFlags({ decisions, medianSeconds, quick, busiest }: Deciding): string[] {
  const isQuick = decisions >= FEW && medianSeconds < QUICK_SECONDS
  return [
    ...(isQuick ? [`Decides in under ${QUICK_SECONDS} s`] : []),
    ...(!isQuick && quick >= FEW ? [`${quick} of ${decisions} in under ${QUICK_SECONDS} s`] : []),
    ...(busiest >= DOZENS ? [`${busiest} decisions in ${BUSY_MINUTES} minutes`] : []),
  ]
}

/** "94 %": the share of yes among somebody's decisions. */
export const approvalRate = ({ approved, decisions }: Pick<Deciding, 'approved' | 'decisions'>): string =>
  decisions === 0 ? 'None' : `${Math.round((100 * approved) / decisions)} %`

/** Two people who approve what the other one asks for, as often as this in both directions: a line of the report. */
export const MUTUAL_APPROVALS = 5

/** How often each of two people approved a request of the other one lately. */
export type Mutual = { one: string; other: string; byOne: number; byOther: number }
