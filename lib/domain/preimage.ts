import { type Delegation, delegationToSign } from './delegation'
import type { AgentId, PersonId, PolicySetVersion, RequestId, TenantId } from './ids'
import type { JsonObject } from './json'
import type { Scope } from './scope'

export type Verdict = 'approve' | 'deny'

export type SignedTerms = {
  issuer: string
  requestId: RequestId
  version: number
  stage: { name: string; tenantId: TenantId }
  verdict: Verdict
  approver: PersonId
  requester: PersonId
  agent: { id: AgentId; identity: string }
  scopes: readonly Scope[]
  environment: string
  durationSeconds: number
  /** How many allowed online decisions at most. Null: nobody counts. */
  uses: number | null
  /** The sub-agents it is signed for too. */
  delegation: Delegation | null
  policySet: PolicySetVersion
  /** 128 random bits, hex, kept by the server, single use, 5 minutes. */
  nonce: string
  /** Whom the approver signs for, as a deputy. */
  deputyFor: PersonId | null
  /** The group the stage had escalated to, when it is signed from there. */
  escalatedTo: string | null
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Scopes as they stand in what is signed, in an order of their own. */
export const scopesToSign = (scopes: readonly Scope[]) =>
  scopes
    .map(({ id, action, resource, serverIdentifier, sensitivity, dataDomain, tenantId }) => ({
      id,
      action,
      resource,
      server: serverIdentifier,
      sensitivity,
      dataDomain,
      tenant: tenantId,
    }))
    .sort((a, b) => byText(a.id, b.id))

/**
 * The document an approver signs, before canonical JSON (RFC 8785) and SHA-256.
 * Scopes and tenants are sorted, so that one set of terms has one digest.
 */
export function approvalPreimage(terms: SignedTerms): JsonObject {
  const scopes = scopesToSign(terms.scopes)
  return {
    type: 'countersign-approval/v1',
    issuer: terms.issuer,
    request: { id: terms.requestId, version: terms.version },
    stage: { name: terms.stage.name, tenant: terms.stage.tenantId },
    verdict: terms.verdict,
    approver: terms.approver,
    deputyFor: terms.deputyFor,
    escalatedTo: terms.escalatedTo,
    requester: terms.requester,
    agent: { id: terms.agent.id, identity: terms.agent.identity },
    scopes,
    tenants: [...new Set(scopes.map(({ tenant }) => tenant))].sort(byText),
    environments: [terms.environment],
    durationSeconds: terms.durationSeconds,
    uses: terms.uses,
    delegation: delegationToSign(terms.delegation),
    breakGlass: false,
    policySet: terms.policySet,
    nonce: terms.nonce,
  }
}
