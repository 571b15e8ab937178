import { z } from 'zod'
import type { ApprovalId } from './ids'
import type { JsonObject } from './json'
import type { PasskeyEvidence } from './passkey'

/** A stored approval with everything that was kept of its signature. */
export type SignedApproval = {
  id: ApprovalId
  signed: Date
  preimage: string
  digest: string
  /** Null when the sign-in signed it. */
  evidence: PasskeyEvidence | null
}

const Terms = z.record(z.string(), z.json())

/**
 * An approval as a file that anybody can check without us (docs/verify-approval.md): the terms that were signed, their
 * digest, and what the passkey answered. What the signature does not cover stands apart under that name.
 */
export const approvalFile = ({ id, signed, preimage, digest, evidence }: SignedApproval): JsonObject => ({
  type: 'countersign-approval-evidence/v1',
  terms: Terms.parse(JSON.parse(preimage)),
  digest,
  passkey: evidence && {
    publicKey: evidence.credentialKey,
    rpId: evidence.rpId,
    origin: evidence.origin,
    authenticatorData: evidence.authenticatorData,
    clientDataJSON: evidence.clientData,
    signature: evidence.signature,
  },
  notSigned: {
    approval: id,
    signedAt: signed.toISOString(),
    credentialId: evidence?.credentialId ?? null,
  },
})
