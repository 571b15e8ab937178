import { randomBytes, randomFillSync } from 'node:crypto'
import type { z } from 'zod'
import {
  AgentId,
  ApprovalId,
  CommentId,
  CredentialId,
  DecisionId,
  DeliveryId,
  DeputyId,
  GrantId,
  GroupId,
  IdentityId,
  idText,
  MandateId,
  OidcIssuerId,
  PersonId,
  ProposalId,
  RequestId,
  ResourceServerId,
  ScopeId,
  SignInId,
  TemplateId,
  TenantId,
  WebhookId,
} from '@/lib/domain/ids'

// How many characters of 5 random bits each kind has.
const KINDS = {
  TenantId: [TenantId, 'T', 8],
  PersonId: [PersonId, 'P', 12],
  GroupId: [GroupId, 'U', 8],
  // 130 random bits: it is what a cookie stands for.
  SignInId: [SignInId, 'I', 26],
  AgentId: [AgentId, 'A', 8],
  IdentityId: [IdentityId, 'N', 8],
  OidcIssuerId: [OidcIssuerId, 'O', 8],
  ResourceServerId: [ResourceServerId, 'S', 8],
  ScopeId: [ScopeId, 'X', 8],
  TemplateId: [TemplateId, 'E', 8],
  RequestId: [RequestId, 'R', 8],
  ApprovalId: [ApprovalId, 'V', 12],
  CommentId: [CommentId, 'K', 12],
  DecisionId: [DecisionId, 'D', 12],
  GrantId: [GrantId, 'G', 8],
  MandateId: [MandateId, 'M', 16],
  CredentialId: [CredentialId, 'C', 16],
  ProposalId: [ProposalId, 'Q', 8],
  WebhookId: [WebhookId, 'W', 8],
  DeliveryId: [DeliveryId, 'L', 16],
  DeputyId: [DeputyId, 'Y', 8],
} as const

type Kind = keyof typeof KINDS
type IdOf<K extends Kind> = z.infer<(typeof KINDS)[K][0]>

// Drawn by the page: every draw of its own is a call of the operating system's generator. No byte serves twice.
const drawn = Buffer.alloc(4096)
let used = drawn.length

function draw(count: number): Uint8Array {
  if (used + count > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += count
  return drawn.subarray(used - count, used)
}

/** A fresh random id of its kind: 40 bits for what people read aloud, 60 and more for the rest. */
export function newId<K extends Kind>(kind: K): IdOf<K> {
  const [schema, prefix, length] = KINDS[kind]
  return schema.parse(idText(prefix, draw(length))) as IdOf<K>
}

const BELOW_ROOT = 6

/**
 * The id of a grant below another: that of its tree's root and 30 random bits behind it. So in the order of ids, in which
 * every writer locks, a root comes before everything below it, and no other grant comes between.
 */
export const newChildGrantId = (root: GrantId): GrantId =>
  GrantId.parse(`${root}${idText('', draw(BELOW_ROOT)).slice(1)}`)

/** 128 random bits in hex: a nonce that is signed over. */
export const newNonce = (): string => randomBytes(16).toString('hex')

/** 256 random bits for a link or a cookie: whoever holds them has the right, and only their hash is stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
