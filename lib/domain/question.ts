import type { Role } from './access'
import type { AgentId, PersonId, PolicySetVersion, TenantId } from './ids'
import type { Scope } from './scope'

/** Everything one policy decision is about. The engine's input is built from this and nothing else. */
export type Question = {
  agent: {
    id: AgentId
    slug: string
    tenantId: TenantId
    owners: readonly PersonId[]
    environments: readonly string[]
  }
  scope: Scope
  requester: { id: PersonId; roles: readonly Role[] }
  goalCategory: string
  durationSeconds: number
  /** When filing: where the task shall run. At issue: where the agent proved it runs. */
  environment: string
  /** Where the request said it would run. At filing equal to `environment`. */
  approvedEnvironment: string
  /** Database clock. */
  now: Date
  breakGlass: boolean
  /** Whether people of the request's tenant are at work, by its time zone and the database clock. */
  workingHours: boolean
  /** Stages computed as satisfied for this scope's tenant, never believed from the wire. */
  approvals: readonly string[]
}

/** A second group that may sign a stage once it has been open for so long. */
export type Escalation = { to: string; afterSeconds: number }

/** What a policy says of a stage's time. What it says nothing of is absent. */
export type StageTime = {
  /** How long an opened stage waits: `@expires("4h")`. */
  expiresSeconds?: number
  /** `@escalate("managers") @escalateAfter("2h")`. */
  escalate?: Escalation
  /** For how long a denied agent may not ask for the same again: `@cooldown("24h")`. */
  cooldownSeconds?: number
}

/** A stage that a policy demands: `@approval("security") @quorum("2") @order("1")`. */
export type StageDemand = {
  name: string
  quorum: number
  order: number
  passkey: boolean
  /** A signature from where the requester signs in asks for one more: `@sameDevice("one-more")`. */
  sameDevice?: 'one-more'
} & StageTime

export type Verdict = 'allowed' | 'held' | 'refused'

/** One determining policy of an answer. */
export type PolicyNote = { id: string; effect: 'permit' | 'forbid'; says: string; cedar: string }

/** The engine's answer to one question, before it is stored. */
export type Answer = {
  verdict: Verdict
  /** Stages still needed, in `@order`. Empty unless held. */
  stages: readonly StageDemand[]
  /** The determining policies: permits when allowed, lifting forbids when held, refusing forbids when refused. */
  policies: readonly PolicyNote[]
  /** Canonical JSON (RFC 8785) of the complete engine input: principal, action, resource, context, entities. */
  input: string
  policySet: PolicySetVersion
  /** Engine errors. Never empty on a refusal that came from doubt. */
  errors: readonly string[]
}
