import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import * as ids from '@/lib/domain/ids'
import { idText } from '@/lib/domain/ids'

const PREFIXES = {
  TenantId: ['T', 8],
  PersonId: ['P', 12],
  GroupId: ['U', 8],
  SignInId: ['I', 20],
  AgentId: ['A', 8],
  ResourceServerId: ['S', 8],
  ScopeId: ['X', 8],
  TemplateId: ['E', 8],
  RequestId: ['R', 8],
  ApprovalId: ['V', 12],
  DecisionId: ['D', 12],
  GrantId: ['G', 8],
  MandateId: ['M', 16],
  CredentialId: ['C', 16],
  IdentityId: ['N', 8],
} as const satisfies Record<string, readonly [string, number]>

type Kind = keyof typeof PREFIXES
type IdOf<K extends Kind> = z.infer<(typeof ids)[K]>

/** A fresh random id of its kind: 40 bits for what people read aloud, 60 and more for the rest. */
export function newId<K extends Kind>(kind: K): IdOf<K> {
  const [prefix, length] = PREFIXES[kind]
  return ids[kind].parse(idText(prefix, randomBytes(length))) as IdOf<K>
}

/** 128 random bits in hex: a nonce that is signed over. */
export const newNonce = (): string => randomBytes(16).toString('hex')
