import type { PersonId } from './ids'

/** How one approver decided lately: from the dialog being opened to the signature. */
export type Deciding = {
  personId: PersonId
  name: string
  decisions: number
  medianSeconds: number
  /** The most decisions in any ten minutes. */
  busiest: number
}

/** The span a report looks at. */
export const DECIDING_DAYS = 30
export const BUSY_MINUTES = 10

const QUICK_SECONDS = 2
const FEW = 3
const DOZENS = 24

/** What a compliance officer should look at (human-agent trust): signing without reading. */
export function decidingFlags({ decisions, medianSeconds, busiest }: Deciding): string[] {
  const quick = decisions >= FEW && medianSeconds < QUICK_SECONDS
  return [
    ...(quick ? [`Decides in under ${QUICK_SECONDS} s`] : []),
    ...(busiest >= DOZENS ? [`${busiest} decisions in ${BUSY_MINUTES} minutes`] : []),
  ]
}
