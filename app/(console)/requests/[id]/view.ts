import { type RequestView, type StageView, signedView } from '@/components/requests/request-view'
import { databaseNow } from '@/lib/data/clock'
import { listComments } from '@/lib/data/comments'
import { listGrantCredentials } from '@/lib/data/credentials'
import { listRequestDecisions } from '@/lib/data/decisions'
import { type GroupRecord, listGroups } from '@/lib/data/groups'
import { listPasskeys } from '@/lib/data/passkeys'
import { findPolicySet } from '@/lib/data/policy-sets'
import { findVotingFacts } from '@/lib/data/requests'
import { listServerChecks } from '@/lib/data/servers'
import { listTimeline } from '@/lib/data/timeline'
import { findVisibleRequest, listDecidable, listVisibleRequests } from '@/lib/data/visible-requests'
import { type Actor, may, mayComment, mayRevoke } from '@/lib/domain/access'
import {
  countedApprovals,
  exclusionOf,
  openStages,
  signersOf,
  stageToSign,
  type Votable,
} from '@/lib/domain/approval'
import type { PolicySetVersion, RequestId } from '@/lib/domain/ids'
import { partiesOf, type RequestRecord, votableOf } from '@/lib/domain/request-record'
import { requestStatus, type Status } from '@/lib/domain/status'
import { loadedPolicySet } from '@/lib/usecases/facts/policy-in-force'

/** Everything the page of one request shows to this person, or null when it is not theirs to see. */
export async function findRequestView(actor: Actor, id: RequestId): Promise<RequestView | null> {
  const request = await findVisibleRequest(actor, id)
  if (!request) return null
  const now = await databaseNow()
  const status = requestStatus(request, request.grant, now)
  const [facts, groups, decisions, credentials, checks, events, comments, previous, waiting, passkeys] =
    await Promise.all([
      findVotingFacts(request),
      groupsOf(request),
      listRequestDecisions(request.id),
      request.grant ? listGrantCredentials(request.grant.id) : [],
      listServerChecks(request.scopes.map(({ serverId }) => serverId)),
      listTimeline(request.id),
      listComments(request.id),
      previousGrant(actor, request, now),
      listDecidable(actor, now, 50),
      listPasskeys(actor.personId),
    ])
  const { cedarOf, policySerial } = await policiesOf(request.policySet)
  const votable = votableOf(request, facts, now)
  const stages = stagesOf(request, votable, groups, status)
  const yes = stages.flatMap(({ votes }) =>
    votes.filter(({ verdict, counts }) => counts && verdict === 'approve'),
  )
  const names = new Map(
    request.scopes.map(({ serverIdentifier, serverName }) => [serverIdentifier, serverName]),
  )
  return {
    request,
    status,
    now,
    isMine: request.requester.id === actor.personId,
    stages,
    ...signedView(request, yes),
    signing: signingOf(actor, votable, stages, { status, now, passkeys: passkeys.length }),
    abilities: abilitiesOf(
      actor,
      request,
      status,
      yes.some(({ cut }) => cut !== null),
    ),
    decisions: decisions.filter(({ scopeId }) => request.scopes.some((scope) => scope.id === scopeId)),
    cedarOf,
    policySerial,
    credentials,
    checks,
    events: events.map((event) => ({
      ...event,
      data: { ...event.data, serverName: names.get(String(event.data.server)) },
    })),
    comments,
    previous,
    nextToDecide: waiting.find((one) => one.request.id !== request.id)?.request.id ?? null,
  }
}

const groupsOf = async (request: RequestRecord): Promise<GroupRecord[]> => {
  const tenants = [...new Set(request.stages.map(({ tenantId }) => tenantId))]
  return (await Promise.all(tenants.map(listGroups))).flat()
}

/** The agent's last grant that this person may see, filed before this request. */
async function previousGrant(actor: Actor, request: RequestRecord, now: Date): Promise<RequestRecord | null> {
  const before = { filed: request.filed, id: request.id }
  const statuses = ['live', 'completed', 'revoked', 'expired'] as const
  const [last] = await listVisibleRequests(
    actor,
    { agentId: request.agent.id, statuses },
    { now, take: 1, before },
  )
  return last ?? null
}

async function policiesOf(version: PolicySetVersion) {
  const [set, stored] = await Promise.all([loadedPolicySet(version), findPolicySet(version)])
  const cedarOf = new Map([...set.entries].map(([id, { cedar }]) => [id, cedar]))
  return { cedarOf, policySerial: stored?.serial ?? 0 }
}

const WHY_NOT = {
  own_request: 'filed it',
  agent_owner: 'owns the agent',
  same_account: 'is the requester under another account',
  let_in_requester: 'let the requester in',
} as const satisfies Record<string, string>

function stagesOf(
  request: RequestRecord,
  votable: Votable,
  groups: readonly GroupRecord[],
  status: Status,
): StageView[] {
  const open = status === 'awaiting' ? openStages(votable) : []
  return request.stages.map((stage) => {
    const group = groups.find(({ slug, tenantId }) => slug === stage.name && tenantId === stage.tenantId)
    const yes = countedApprovals(stage, votable)
    const signers = signersOf(stage, votable)
    const own = request.approvals.filter(
      (vote) =>
        vote.stage === stage.name && vote.tenantId === stage.tenantId && vote.version === request.version,
    )
    const members = group?.members ?? []
    return {
      stage,
      groupName: group?.name ?? stage.name,
      isOpen: open.includes(stage),
      counted: status === 'awaiting' ? yes.length : own.filter(({ verdict }) => verdict === 'approve').length,
      votes: own.map((vote) => ({ ...vote, counts: status !== 'awaiting' || yes.includes(vote.personId) })),
      canSign: members
        .filter(
          ({ personId }) => signers.includes(personId) && !own.some((vote) => vote.personId === personId),
        )
        .map(({ name }) => name),
      cannotSign: members.flatMap(({ personId, name }) => {
        const code = exclusionOf(personId, votable.exclusions)
        return code && code in WHY_NOT ? [{ name, why: WHY_NOT[code as keyof typeof WHY_NOT] }] : []
      }),
    }
  })
}

function signingOf(
  actor: Actor,
  votable: Votable,
  stages: readonly StageView[],
  { status, now, passkeys }: { status: Status; now: Date; passkeys: number },
): RequestView['signing'] {
  if (status !== 'awaiting') return null
  const next = stageToSign(actor, votable, now)
  if ('code' in next) return next.code === 'not_in_stage' && !may(actor, 'approval.decide') ? null : next
  if (!may(actor, 'approval.decide')) return null
  if (next.stage.passkey && passkeys === 0) return { code: 'passkey_required' }
  const stage = stages.find((one) => one.stage === next.stage)
  return stage ? { stage } : null
}

function abilitiesOf(
  actor: Actor,
  request: RequestRecord,
  status: Status,
  isNarrowed: boolean,
): RequestView['abilities'] {
  const isMine = request.requester.id === actor.personId
  const ownsAgent = request.agent.owners.includes(actor.personId)
  const isLive = status === 'live'
  const isOver = !isLive && status !== 'awaiting' && status !== 'proposed'
  return {
    edit: isMine && status === 'awaiting',
    withdraw: isMine && status === 'awaiting',
    fileAgain: isMine && (isOver || isNarrowed) && may(actor, 'request.file'),
    issue: isMine && isLive,
    complete: isLive && (isMine || ownsAgent),
    revoke: isLive && mayRevoke(actor, partiesOf(request)),
    comment: mayComment(actor, partiesOf(request)),
  }
}
