import type { StageView } from '@/components/requests/request-view'
import type { GroupRecord } from '@/lib/data/groups'
import { countedVotesIn, openStages, signersAt, takingPart, type Votable } from '@/lib/domain/approval'
import { asksOneMore, quorumWith } from '@/lib/domain/quorum'
import type { ApprovalRecord, RequestRecord } from '@/lib/domain/request-record'
import { deadlineOf, escalatesAt, isEscalated } from '@/lib/domain/stage-clock'
import type { Stage } from '@/lib/domain/stages'
import type { Status } from '@/lib/domain/status'
import { whoIsAsked } from '@/lib/domain/who-is-asked'

/** The stages of a request as they stand: who signed, who could, until when. */
export function stagesOf(
  request: RequestRecord,
  votable: Votable,
  groups: readonly GroupRecord[],
  { status, now }: { status: Status; now: Date },
): StageView[] {
  const open = status === 'awaiting' ? openStages(votable) : []
  return request.stages.map((stage) => {
    const group = groupNamed(stage.name, stage, groups)
    const signers = signersAt(stage, votable, now)
    const own = request.approvals.filter(
      (vote) =>
        vote.stage === stage.name && vote.tenantId === stage.tenantId && vote.version === request.version,
    )
    const asked = askedFor(stage, groups, votable, now)
    const standing = countedVotesIn(stage, votable).map(({ personId }) => personId)
    const isCounted = ({ personId }: ApprovalRecord) => status !== 'awaiting' || standing.includes(personId)
    const yes = own.filter((vote) => vote.verdict === 'approve' && isCounted(vote))
    return {
      stage,
      groupName: group?.name ?? stage.name,
      isOpen: open.includes(stage),
      counted: yes.length,
      quorum: quorumWith(stage, yes),
      oneMoreFor: asksOneMore(stage, yes)
        ? yes.filter((vote) => vote.sameDevice).map(({ personName }) => personName)
        : [],
      votes: own.map((vote) => ({
        ...vote,
        counts: isCounted(vote),
        escalatedToName:
          vote.escalatedTo && (groupNamed(vote.escalatedTo, stage, groups)?.name ?? vote.escalatedTo),
      })),
      canSign: asked
        .filter(
          ({ personId, whyNot }) =>
            whyNot === null &&
            signers.includes(personId) &&
            !own.some((vote) => takingPart(vote).includes(personId)),
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
  return whoIsAsked(once, exclusions, stage)
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
