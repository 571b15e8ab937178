import { z } from 'zod'
import { Prisma } from '@/generated/prisma/client'
import type { Delegation } from '@/lib/domain/delegation'
import { AgentId, ScopeId, TenantId } from '@/lib/domain/ids'
import { Scope } from '@/lib/domain/scope'
import type { Stage } from '@/lib/domain/stages'

// Rows are parsed on their way out, stored JSON included: what the database holds is not believed either.

export const StageRow = z.object({
  name: z.string(),
  quorum: z.number().int().min(1),
  order: z.number().int(),
  passkey: z.boolean(),
  sameDevice: z.literal('one-more').exactOptional(),
  tenantId: TenantId,
  expiresSeconds: z.number().int().positive().exactOptional(),
  cooldownSeconds: z.number().int().positive().exactOptional(),
  escalate: z.object({ to: z.string(), afterSeconds: z.number().int().positive() }).exactOptional(),
  opened: z.iso.datetime().pipe(z.coerce.date()).exactOptional(),
})

/** The sub-agents a request or a grant names. */
export const DelegationRow = z.object({
  agents: z.array(z.object({ id: AgentId, slug: z.string(), identity: z.string() })).min(1),
  depth: z.int().positive(),
})

export const delegationToStore = (delegation: Delegation | null) =>
  delegation
    ? { agents: delegation.agents.map((agent) => ({ ...agent })), depth: delegation.depth }
    : Prisma.DbNull

export const CutRow = z.object({
  struck: ScopeId.array(),
  durationSeconds: z.int().positive(),
  uses: z.int().positive().exactOptional(),
  delegation: z.object({ struck: AgentId.array(), depth: z.int().positive() }).exactOptional(),
})

/** A workload an agent is registered as. */
export const WorkloadRow = z.object({
  trustDomain: z.string(),
  workload: z.string(),
  environment: z.string().nullable(),
})

/** Stages as JSON: times as text. */
export const stagesToStore = (stages: readonly Stage[]) =>
  stages.map(({ opened, escalate, ...stage }) => ({
    ...stage,
    ...(escalate ? { escalate: { ...escalate } } : {}),
    ...(opened ? { opened: opened.toISOString() } : {}),
  }))

export const RequestStateRow = z.enum(['proposed', 'awaiting', 'refused', 'denied', 'withdrawn', 'granted'])
export const GrantStateRow = z.enum(['live', 'completed', 'revoked'])
export const VerdictRow = z.enum(['allowed', 'held', 'refused'])
export const VoteVerdictRow = z.enum(['approve', 'deny'])

/** A scope's snapshot beside a request or a grant. */
export const scopeOfSnapshot = (row: {
  scopeId: string
  tenantId: string
  action: string
  resource: string
  sensitivity: number
  dataDomain: string
  maxSeconds: number
  serverId: string
  serverName: string
  serverIdentifier: string
  serverType: string
  asksOnline: boolean
}): Scope => Scope.parse({ ...row, id: row.scopeId })

/** The columns that keep a scope as it was when asked for. */
export const snapshotOf = (scope: Scope) => ({
  scopeId: scope.id,
  tenantId: scope.tenantId,
  action: scope.action,
  resource: scope.resource,
  sensitivity: scope.sensitivity,
  dataDomain: scope.dataDomain,
  maxSeconds: scope.maxSeconds,
  serverId: scope.serverId,
  serverName: scope.serverName,
  serverIdentifier: scope.serverIdentifier,
  serverType: scope.serverType,
  asksOnline: scope.asksOnline ?? false,
})
