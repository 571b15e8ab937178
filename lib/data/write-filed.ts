import type { Delegation } from '@/lib/domain/delegation'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import type { Filed, OpenedGrant, ScopeDecision, SubmitRequest } from '@/lib/domain/request'
import type { RequestRecord } from '@/lib/domain/request-record'
import type { Terms } from '@/lib/domain/terms'
import type { Tx } from './commit'
import { insertDecisions } from './decisions'
import { inTurn } from './in-turn'
import { insertGrant } from './write-grants'

type Decided = {
  filed: Filed
  requester: { id: PersonId; tenantId: TenantId }
  input: Pick<SubmitRequest, 'agentId' | 'environment' | 'durationMinutes'>
  decisions: readonly ScopeDecision[]
  delegation: Delegation | null
  now: Date
}

/** What policy said when a request was filed, and its grant when it is live at once. */
export async function insertDecided(
  tx: Tx,
  { filed, requester, input, decisions, delegation, now }: Decided,
): Promise<void> {
  const { requestId, grant } = filed
  const { tenantId } = requester
  const decided = insertDecisions(tx, decisions, { tenantId, requestId, asked: 'filed', made: now })
  const opened =
    grant &&
    insertGrant(tx, {
      grant,
      requestId,
      tenantId,
      requesterId: requester.id,
      agentId: input.agentId,
      environment: input.environment,
      decisionIds: decisions.map(({ id }) => id),
      scopes: decisions.map(({ scope }) => scope),
      durationSeconds: input.durationMinutes * 60,
      uses: null,
      delegation,
    })
  await inTurn(opened ? [decided, opened] : [decided])
}

type Closed = {
  decisions: readonly ScopeDecision[]
  grant: OpenedGrant | null
  /** What all signatures leave of what was asked. */
  given: Terms
  now: Date
}

/** What policy said when the last signature was given, and the grant it opens. */
export async function insertClosed(
  tx: Tx,
  request: RequestRecord,
  { decisions, grant, given, now }: Closed,
): Promise<void> {
  const { id: requestId, tenantId, environment } = request
  const grantId = grant ? { grantId: grant.id } : {}
  const decided = insertDecisions(tx, decisions, {
    tenantId,
    requestId,
    asked: 'closed',
    made: now,
    ...grantId,
  })
  const parties = { tenantId, requesterId: request.requester.id, agentId: request.agent.id }
  const decisionIds = decisions.map(({ id }) => id)
  const opened =
    grant && insertGrant(tx, { grant, decisionIds, requestId, ...parties, environment, ...given })
  await inTurn(opened ? [decided, opened] : [decided])
}
