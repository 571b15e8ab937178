import { type ClaimCondition, conditionWords } from './claim-conditions'
import type { IdentityId } from './ids'
import type { IssuerKind } from './oidc-issuer'
import { isPrefix, type RegisteredWorkload, spiffeIdOf } from './spiffe-workload'

/** What an agent is known by, in words. */
export type IdentityWords = { what: string; environment: string }

/** One thing an agent is known by, as it is registered. */
export type KnownIdentity = IdentityWords & { id: IdentityId } & (
    | { kind: 'spiffe' }
    | { kind: 'key' }
    | { kind: 'subject'; of: Subject & { issuerKind: IssuerKind } }
  )

export const identityLine = ({ what, environment }: IdentityWords) => `${what} (${environment})`

export const keyWords = (jkt: string): string => `key ${jkt}`

/** A prefix ends in a slash and says so: "spiffe://agents.example/env/…/pool/…" */
export const spiffeWords = (of: RegisteredWorkload): IdentityWords => ({
  what: `${spiffeIdOf(of, '…')}${isPrefix(of.workload) ? '…' : ''}`,
  environment: of.environment ?? 'as its path says',
})

export type Subject = {
  issuer: string
  subject: string
  conditions: readonly ClaimCondition[]
  environment: string | null
}
export const subjectWords = ({ issuer, subject, conditions, environment }: Subject): IdentityWords => ({
  what: [`${subject} of ${issuer}`, ...conditions.map(conditionWords)].join(', where '),
  environment: environment ?? 'as its claims say',
})
