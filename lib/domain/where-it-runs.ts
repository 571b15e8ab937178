/** Who said where a workload runs. */
export type Sayer = 'path' | 'claim' | 'identity' | 'domain' | 'issuer'
export type Where = { environment: string; by: Sayer }

/** In a sentence, for whoever tests an identity. */
export const SAYERS = {
  path: 'Its path says so.',
  claim: 'A claim of its issuer says so.',
  identity: 'It is registered so.',
  domain: 'Its trust domain is stated to run there.',
  issuer: 'Its issuer is stated to run there.',
} as const satisfies Record<Sayer, string>

type Said = {
  /** What was verified: a path or a claim. */
  verified: Where | null
  /** What the identity itself is registered with. */
  own: string | null
  /** What is stated of everything its trust domain or its issuer proves. */
  vouching: Where | null
}

/**
 * Where a workload runs: the first of the three that says it. What was verified is never said otherwise: a registration
 * that contradicts it makes it nowhere. Null: nowhere.
 */
export function whereItRuns({ verified, own, vouching }: Said): Where | null {
  if (verified) return own === null || own === verified.environment ? verified : null
  return own === null ? vouching : { environment: own, by: 'identity' }
}
