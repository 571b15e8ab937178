import type { Delegation } from '@/lib/domain/delegation'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import type { Filed, ScopeDecision, SubmitRequest } from '@/lib/domain/request'
import type { Tx } from './commit'
import { insertDecisions } from './decisions'
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
  await insertDecisions(tx, decisions, {
    tenantId: requester.tenantId,
    requestId,
    asked: 'filed',
    made: now,
  })
  if (!grant) return
  await insertGrant(tx, {
    grant,
    requestId,
    tenantId: requester.tenantId,
    requesterId: requester.id,
    agentId: input.agentId,
    environment: input.environment,
    decisionIds: decisions.map(({ id }) => id),
    scopes: decisions.map(({ scope }) => scope),
    durationSeconds: input.durationMinutes * 60,
    uses: null,
    delegation,
  })
}
