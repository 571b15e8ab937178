/** One machine is every caller here: limits are counted as always, and reached by nobody. */
export const RAISED_LIMITS = {
  COUNTERSIGN_ADDRESS_LIMIT: '9999999',
  COUNTERSIGN_AGENT_LIMIT: '9999999',
  COUNTERSIGN_FILING_LIMIT: '9999999',
} as const
