import { type RequestView, type StageView, signedView } from '@/components/requests/request-view'
import { findBreakGlass } from '@/lib/data/break-glass'
import { databaseNow } from '@/lib/data/clock'
import { listComments } from '@/lib/data/comments'
import { listGrantCredentials } from '@/lib/data/credentials'
import { findNextToDecide } from '@/lib/data/decidable'
import { listRequestDecisions } from '@/lib/data/decisions'
import { type GroupRecord, listGroups } from '@/lib/data/groups'
import { listPasskeys } from '@/lib/data/passkeys'
import { findPolicySet } from '@/lib/data/policy-sets'
import { findVotingFacts } from '@/lib/data/requests'
import { listServerChecks } from '@/lib/data/servers'
import { listStandings, type Represented } from '@/lib/data/standings'
import { listTimeline } from '@/lib/data/timeline'
import { findVisibleRequest, listVisibleRequests } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { countedApprovals, openStages, signersAt, takingPart, type Votable } from '@/lib/domain/approval'
import { reviewProblem } from '@/lib/domain/break-glass'
import type { PolicySetVersion, RequestId } from '@/lib/domain/ids'
import { stageToSign } from '@/lib/domain/place'
import { type RequestRecord, votableOf } from '@/lib/domain/request-record'
import { deadlineOf, escalatesAt, isEscalated } from '@/lib/domain/stage-clock'
import type { Stage } from '@/lib/domain/stages'
import { requestStatus, type Status } from '@/lib/domain/status'
import { whoIsAsked } from '@/lib/domain/who-is-asked'
import { loadedPolicySet } from '@/lib/usecases/facts/policy-in-force'
import { abilitiesOf } from './abilities'

/** Everything the page of one request shows to this person, or null when it is not theirs to see. */
export async function findRequestView(actor: Actor, id: RequestId): Promise<RequestView | null> {
  const request = await findVisibleRequest(actor, id)
  if (!request) return null
  const now = await databaseNow()
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
    signing: signingOf(actor, votable, { stages, status, now, represented, passkeys: passkeys.length }),
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
      },
    })),
    comments,
    previous,
    breakGlass: use && {
      use,
      mayReview: reviewProblem(actor, { request, facts, isOpen: use.review === null, now }) === null,
    },
    nextToDecide: next,
  }
}

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

function stagesOf(
  request: RequestRecord,
  votable: Votable,
  groups: readonly GroupRecord[],
  { status, now }: { status: Status; now: Date },
): StageView[] {
  const open = status === 'awaiting' ? openStages(votable) : []
  return request.stages.map((stage) => {
    const group = groupNamed(stage.name, stage, groups)
    const yes = countedApprovals(stage, votable)
    const signers = signersAt(stage, votable, now)
    const own = request.approvals.filter(
      (vote) =>
        vote.stage === stage.name && vote.tenantId === stage.tenantId && vote.version === request.version,
    )
    const asked = askedFor(stage, groups, votable, now)
    return {
      stage,
      groupName: group?.name ?? stage.name,
      isOpen: open.includes(stage),
      counted: status === 'awaiting' ? yes.length : own.filter(({ verdict }) => verdict === 'approve').length,
      votes: own.map((vote) => ({
        ...vote,
        counts: status !== 'awaiting' || yes.includes(vote.personId),
        escalatedToName:
          vote.escalatedTo && (groupNamed(vote.escalatedTo, stage, groups)?.name ?? vote.escalatedTo),
      })),
      canSign: asked
        .filter(
          ({ personId }) =>
            signers.includes(personId) && !own.some((vote) => takingPart(vote).includes(personId)),
        )
        .map(({ name }) => name),
      cannotSign: asked.flatMap(({ name, whyNot }) => (whyNot ? [{ name, why: whyNot }] : [])),
      ...timeOf(stage, request, groups, now),
    }
  })
}

const groupNamed = (slug: string, { tenantId }: Stage, groups: readonly GroupRecord[]) =>
  groups.find((group) => group.slug === slug && group.tenantId === tenantId)

/** The stage's own people, and those it has escalated to. */
const askedFor = (stage: Stage, groups: readonly GroupRecord[], { exclusions }: Votable, now: Date) => {
  const slugs = [stage.name, ...(stage.escalate && isEscalated(stage, now) ? [stage.escalate.to] : [])]
  const members = slugs.flatMap((slug) => groupNamed(slug, stage, groups)?.members ?? [])
  const once = [...new Map(members.map((member) => [member.personId, member])).values()]
  return whoIsAsked(once, exclusions)
}

function timeOf(stage: Stage, request: RequestRecord, groups: readonly GroupRecord[], now: Date) {
  const at = escalatesAt(stage)
  const to = stage.escalate?.to
  return {
    deadline: deadlineOf(stage, request.waitEnds),
    escalation:
      at && to
        ? { at, to: groupNamed(to, stage, groups)?.name ?? to, isDone: isEscalated(stage, now) }
        : null,
  }
}

type Signing = {
  stages: readonly StageView[]
  status: Status
  now: Date
  represented: readonly Represented[]
  passkeys: number
}

function signingOf(actor: Actor, votable: Votable, of: Signing): RequestView['signing'] {
  const { stages, status, now, represented, passkeys } = of
  if (status !== 'awaiting') return null
  const own = stageToSign(actor, votable, now)
  const asDeputy = represented.flatMap((standing) => {
    const place = stageToSign(actor, votable, now, standing)
    return 'stage' in place ? [{ id: standing.personId, name: standing.name, stage: place.stage }] : []
  })
  const first = 'stage' in own ? own.stage : asDeputy[0]?.stage
  if (!first)
    return 'stage' in own || (own.code === 'not_in_stage' && !may(actor, 'approval.decide')) ? null : own
  if (!may(actor, 'approval.decide')) return null
  if (first.passkey && passkeys === 0) return { code: 'passkey_required' }
  const stage = stages.find((one) => one.stage === first)
  const signers = [...('stage' in own ? [{ id: '', name: actor.name }] : []), ...asDeputy]
  return stage ? { stage, signers: signers.map(({ id, name }) => ({ id, name })) } : null
}
