import { listActivePeople, listAdministrators } from '@/lib/data/person-states'
import { findRequest, findVotingFacts } from '@/lib/data/requests'
import { activeAdministrators } from '@/lib/domain/administrators'
import { openStages, sameStage, signersAt, takingPart } from '@/lib/domain/approval'
import type { PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { votableOf } from '@/lib/domain/request-record'
import type { Stage } from '@/lib/domain/stages'
import type { TellFacts, ToldRequest } from '@/lib/domain/tell'

/** Whom a request concerns now. */
async function toldRequest(id: RequestId, now: Date): Promise<ToldRequest | null> {
  const request = await findRequest(id)
  if (!request) return null
  const isAwaiting = request.state === 'awaiting' && request.answerBy > now
  const votable = votableOf(request, await findVotingFacts(request), now)
  const open = isAwaiting ? openStages(votable) : []
  const current = votable.votes.filter(({ version }) => version === request.version)
  const hasSigned = (person: PersonId, stage: Stage) =>
    current.some((vote) => sameStage(vote, stage) && takingPart(vote).includes(person))
  return {
    id,
    agent: request.agent.slug,
    requesterId: request.requester.id,
    agentOwners: request.agent.owners,
    voters: request.approvals.map(({ personId }) => personId),
    isAwaiting,
    stages: request.stages,
    open: open.map((stage) => ({
      ...stage,
      signers: signersAt(stage, votable, now).filter((person) => !hasSigned(person, stage)),
    })),
  }
}

/** Who is concerned by what happened to a request, or in a tenant. */
export async function tellFacts(
  { tenantId, requestId }: { tenantId: TenantId; requestId: RequestId | null },
  now: Date,
): Promise<TellFacts> {
  const [request, administrators, everybody] = await Promise.all([
    requestId ? toldRequest(requestId, now) : null,
    listAdministrators(tenantId),
    listActivePeople(tenantId),
  ])
  return { request, administrators: activeAdministrators(administrators), everybody }
}
