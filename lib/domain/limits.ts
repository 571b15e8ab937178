import { z } from 'zod'

/** How much of something one caller may have. 0 is no limit. */
export type Limits = {
  /** Calls of the authority a minute from one address. A refused call counts as many. */
  callsPerAddress: number
  /** Calls a minute by one agent that has proven who it is. */
  callsPerAgent: number
  /** Task requests filed an hour, by one person and for one agent. */
  filingsPerHour: number
}

const count = (name: string, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((value) => /^\d{1,7}$/.test(value), {
      error: (issue) =>
        `${name} is "${issue.input}". It takes a number from 0, which is no limit, to 9999999.`,
    })
    .transform(Number)

export const LIMIT_VARIABLES = {
  COUNTERSIGN_ADDRESS_LIMIT: count('COUNTERSIGN_ADDRESS_LIMIT', 60_000),
  COUNTERSIGN_AGENT_LIMIT: count('COUNTERSIGN_AGENT_LIMIT', 6000),
  COUNTERSIGN_FILING_LIMIT: count('COUNTERSIGN_FILING_LIMIT', 60),
}

export const limitsOf = (found: Record<keyof typeof LIMIT_VARIABLES, number>): Limits => ({
  callsPerAddress: found.COUNTERSIGN_ADDRESS_LIMIT,
  callsPerAgent: found.COUNTERSIGN_AGENT_LIMIT,
  filingsPerHour: found.COUNTERSIGN_FILING_LIMIT,
})

export const limitsAsEnvironment = (limits: Limits): Record<keyof typeof LIMIT_VARIABLES, string> => ({
  COUNTERSIGN_ADDRESS_LIMIT: String(limits.callsPerAddress),
  COUNTERSIGN_AGENT_LIMIT: String(limits.callsPerAgent),
  COUNTERSIGN_FILING_LIMIT: String(limits.filingsPerHour),
})
