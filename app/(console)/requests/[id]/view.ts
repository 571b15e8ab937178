import { type RequestView, signedView } from '@/components/requests/request-view'
import { listOwned } from '@/lib/data/agents'
import { findBreakGlass } from '@/lib/data/break-glass'
import { findParent, listChildren } from '@/lib/data/child-list'
import { listComments } from '@/lib/data/comments'
import { listGrantCredentials } from '@/lib/data/credentials'
import { findNextToDecide } from '@/lib/data/decidable'
import { listRequestDecisions } from '@/lib/data/decisions'
import { findTree } from '@/lib/data/grant-trees'
import { type GroupRecord, listGroups } from '@/lib/data/groups'
import { listPasskeys } from '@/lib/data/passkeys'
import { findPolicySet } from '@/lib/data/policy-sets'
import { findVotingFacts } from '@/lib/data/requests'
import { findUnoffered } from '@/lib/data/scopes'
import { listServerChecks } from '@/lib/data/servers'
import { listStandings } from '@/lib/data/standings'
import { listTimeline } from '@/lib/data/timeline'
import { findVisibleRequest, listVisibleRequests } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { reviewProblem } from '@/lib/domain/break-glass'
import { MAX_DEPTH } from '@/lib/domain/child-depth'
import type { PolicySetVersion, RequestId } from '@/lib/domain/ids'
import { type RequestRecord, votableOf } from '@/lib/domain/request-record'
import { requestStatus, type Status } from '@/lib/domain/status'
import { loadedPolicySet } from '@/lib/usecases/facts/policy-in-force'
import { pageNow } from '@/lib/web/session'
import { abilitiesOf } from './abilities'
import { findSigning } from './signing'
import { stagesOf } from './stages'

/** Everything the page of one request shows to this person, or null when it is not theirs to see. */
export async function findRequestView(actor: Actor, id: RequestId): Promise<RequestView | null> {
  const request = await findVisibleRequest(actor, id)
  if (!request) return null
  const now = await pageNow()
  const status = requestStatus(request, request.grant, now)
  const [
    facts,
    groups,
    decisions,
    credentials,
    checks,
    events,
    comments,
    previous,
    next,
    represented,
    passkeys,
    use,
    children,
    parent,
    tree,
    lostIds,
    owned,
  ] = await Promise.all([
    findVotingFacts(request),
    groupsOf(request),
    listRequestDecisions(request.id),
    request.grant ? listGrantCredentials(request.grant.id) : [],
    listServerChecks(request.scopes.map(({ serverId }) => serverId)),
    listTimeline(request.id),
    listComments(request.id),
    previousGrant(actor, request, now),
    findNextToDecide(actor, now, request),
    listStandings(actor.personId, now),
    listPasskeys(actor.personId),
    findBreakGlass(request.id),
    request.grant ? listChildren(actor, request.grant.id, now) : [],
    request.grant ? findParent(actor, request.grant.id) : null,
    request.grant ? findTree(request.grant.id) : null,
    OPEN.includes(status) ? findUnoffered(request.scopes.map(({ id }) => id)) : [],
    listOwned(actor.personId, request.delegation?.agents.map((agent) => agent.id) ?? []),
  ])
  const { cedarOf, policySerial } = await policiesOf(request.policySet)
  const votable = votableOf(request, facts, now)
  const stages = stagesOf(request, votable, groups, { status, now })
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
    signing: await findSigning(actor, votable, {
      stages,
      status,
      now,
      represented,
      passkeys: passkeys.length,
    }),
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
      data: {
        ...event.data,
        serverName: names.get(String(event.data.server)),
        deputyForName: deputyName(request, event.data.approval),
        toSlug: children.find(({ agentId }) => agentId === event.data.to)?.agent,
      },
    })),
    comments,
    previous,
    breakGlass: use && {
      use,
      mayReview: reviewProblem(actor, { request, facts, isOpen: use.review === null, now }) === null,
    },
    nextToDecide: next,
    children,
    parent,
    levelsBelow: tree?.depth ?? MAX_DEPTH,
    lostIds,
    ownSubAgents: owned,
  }
}

const OPEN: readonly Status[] = ['proposed', 'awaiting', 'live']

const deputyName = (request: RequestRecord, approval: unknown) =>
  request.approvals.find(({ id }) => id === approval)?.deputyForName ?? undefined

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
