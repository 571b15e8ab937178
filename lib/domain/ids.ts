import { z } from 'zod'

// Branded, so that a GrantId can never stand where a RequestId is meant.
const id = <B extends string>(prefix: string, brand: B) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-[0-9A-HJKMNP-TV-Z]{4,26}$`), `This is not a ${brand.toLowerCase()} id.`)
    .brand<B>()

export const TenantId = id('T', 'Tenant')
export type TenantId = z.infer<typeof TenantId>
export const PersonId = id('P', 'Person')
export type PersonId = z.infer<typeof PersonId>
export const GroupId = id('U', 'Group')
export type GroupId = z.infer<typeof GroupId>
export const SignInId = id('I', 'SignIn')
export type SignInId = z.infer<typeof SignInId>
export const AgentId = id('A', 'Agent')
export type AgentId = z.infer<typeof AgentId>
export const IdentityId = id('N', 'Identity')
export type IdentityId = z.infer<typeof IdentityId>
export const OidcIssuerId = id('O', 'OidcIssuer')
export type OidcIssuerId = z.infer<typeof OidcIssuerId>
export const ResourceServerId = id('S', 'ResourceServer')
export type ResourceServerId = z.infer<typeof ResourceServerId>
export const ScopeId = id('X', 'Scope')
export type ScopeId = z.infer<typeof ScopeId>
export const TemplateId = id('E', 'Template')
export type TemplateId = z.infer<typeof TemplateId>
export const RequestId = id('R', 'Request')
export type RequestId = z.infer<typeof RequestId>
export const ApprovalId = id('V', 'Approval')
export type ApprovalId = z.infer<typeof ApprovalId>
export const CommentId = id('K', 'Comment')
export type CommentId = z.infer<typeof CommentId>
export const DecisionId = id('D', 'Decision')
export type DecisionId = z.infer<typeof DecisionId>
export const GrantId = id('G', 'Grant')
export type GrantId = z.infer<typeof GrantId>
export const MandateId = id('M', 'Mandate')
export type MandateId = z.infer<typeof MandateId>
export const CredentialId = id('C', 'Credential')
export type CredentialId = z.infer<typeof CredentialId>

export const ProposalId = id('Q', 'Proposal')
export type ProposalId = z.infer<typeof ProposalId>
export const WebhookId = id('W', 'Webhook')
export type WebhookId = z.infer<typeof WebhookId>
export const DeliveryId = id('L', 'Delivery')
export type DeliveryId = z.infer<typeof DeliveryId>

export const DeputyId = id('Y', 'Deputy')
export type DeputyId = z.infer<typeof DeputyId>

/** SHA-256, lower-case hex, of the canonical policy set: schema and policies. */
export const PolicySetVersion = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'PolicySetVersion'>()
export type PolicySetVersion = z.infer<typeof PolicySetVersion>

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Text of an id from random bytes, 5 bits a character, Crockford's base 32. */
export function idText(prefix: string, random: Uint8Array): string {
  let text = ''
  for (const byte of random) text += ALPHABET.charAt(byte & 31)
  return `${prefix}-${text}`
}
