import type { AgentId, CredentialId, DecisionId, GrantId, ResourceServerId } from '@/lib/domain/ids'
import type { ScopeDecision } from '@/lib/domain/request'
import type { RunSql } from './append-events'
import { type DecisionSubject, decisionRow } from './decisions'

const INSERT_DECISIONS = `insert into decision (id, tenant_id, request_id, grant_id, scope_id, asked, action, resource,
    policy_set, input, verdict, stages, policy_ids, says, errors, reason, made)
  select d.id, d."tenantId", d."requestId", d."grantId", d."scopeId", d.asked, d.action, d.resource,
    d."policySet", d.input, d.verdict, d.stages, d."policyIds", d.says, d.errors, d.reason, d.made
  from json_to_recordset($1::json) as d(id text, "tenantId" text, "requestId" text, "grantId" text,
    "scopeId" text, asked text, action text, resource text, "policySet" text, input text, verdict text,
    stages jsonb, "policyIds" text[], says text[], errors text[], reason text, made timestamptz)`

export type DecisionsToStore = { decisions: readonly ScopeDecision[]; subject: DecisionSubject }

/** Stores the decisions of a batch with their full input. */
export const writeDecisions = (run: RunSql, all: readonly DecisionsToStore[]): Promise<void> =>
  writeDecisionRows(
    run,
    all.flatMap(({ decisions, subject }) => decisions.map((decision) => decisionRow(decision, subject))),
  )

/** Stores decisions whatever they are about. */
export async function writeDecisionRows(run: RunSql, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await run(INSERT_DECISIONS, JSON.stringify(rows))
}

export type CredentialToStore = {
  id: CredentialId
  grantId: GrantId
  agentId: AgentId
  serverId: ResourceServerId
  scope: string
  jkt: string
  issued: Date
  expires: Date
  decisionIds: readonly DecisionId[]
}

const INSERT_CREDENTIALS = `insert into credential (id, grant_id, agent_id, server_id, scope, jkt, issued, expires, decision_ids)
  select c.id, c."grantId", c."agentId", c."serverId", c.scope, c.jkt, c.issued, c.expires, c."decisionIds"
  from json_to_recordset($1::json) as c(id text, "grantId" text, "agentId" text, "serverId" text, scope text,
    jkt text, issued timestamptz, expires timestamptz, "decisionIds" text[])`

/** Stores the credentials of a batch. What is signed is signed after the commit. */
export async function writeCredentials(
  run: RunSql,
  credentials: readonly CredentialToStore[],
): Promise<void> {
  if (credentials.length > 0) await run(INSERT_CREDENTIALS, JSON.stringify(credentials))
}
