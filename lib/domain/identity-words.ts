import { type ClaimCondition, conditionWords } from './claim-conditions'
import type { IdentityId } from './ids'
import type { IssuerKind } from './oidc-issuer'
import { isPrefix, isWholePath, type StatedWorkload, spiffeIdOf } from './spiffe-workload'

/** What an agent is known by, in words. */
export type IdentityWords = { what: string; environment: string }

/** One thing an agent is known by, as it is registered. */
export type KnownIdentity = IdentityWords & { id: IdentityId } & (
    | { kind: 'spiffe'; of: StatedWorkload }
    | { kind: 'key' }
    | { kind: 'subject'; of: Subject & { issuerKind: IssuerKind } }
  )

export const identityLine = ({ what, environment }: IdentityWords) => `${what} (${environment})`

export const keyWords = (jkt: string): string => `key ${jkt}`

/** A prefix ends in a slash and says so: "spiffe://agents.example/env/…/pool/…" */
export const spiffeWords = (of: StatedWorkload): IdentityWords => ({
  what: `${spiffeIdOf(of, '…')}${isPrefix(of.workload) ? '…' : ''}`,
  environment: workloadPlace(of),
})

function workloadPlace({ workload, environment, byDomain }: StatedWorkload): string {
  if (!isWholePath(workload)) return 'as its path says'
  if (!byDomain) return environment ?? 'nowhere'
  return environment === null
    ? 'nowhere: its trust domain states no environment'
    : `${environment}, as its trust domain states`
}

export type Subject = {
  issuer: string
  subject: string
  conditions: readonly ClaimCondition[]
  environment: string | null
  /** What its issuer states of all its workloads. */
  issuerEnvironment: string | null
}
export const subjectWords = ({ environment, issuerEnvironment, ...of }: Subject): IdentityWords => ({
  what: [`${of.subject} of ${of.issuer}`, ...of.conditions.map(conditionWords)].join(', where '),
  environment:
    environment ??
    (issuerEnvironment === null
      ? 'as its claims say'
      : `as its claims say, else ${issuerEnvironment}, as its issuer states`),
})

/** Whether the environment of an identity is stated for it alone. */
export function isOwnPlace(identity: KnownIdentity): boolean {
  if (identity.kind === 'key') return true
  if (identity.kind === 'subject') return identity.of.environment !== null
  return isWholePath(identity.of.workload) && !identity.of.byDomain
}
