import type { EventType } from './events'
import type { PersonId, RequestId } from './ids'
import type { NotedEvent, NoticeKind, Told } from './notice'
import type { Stage } from './stages'

type Ordered = Pick<Stage, 'name' | 'tenantId' | 'order'>

/** Whom a request concerns at the moment it is told of. */
export type ToldRequest = {
  id: RequestId
  agent: string
  requesterId: PersonId
  agentOwners: readonly PersonId[]
  voters: readonly PersonId[]
  isAwaiting: boolean
  stages: readonly Ordered[]
  /** The stages that can be signed now, each with who may sign it and has not. */
  open: readonly (Ordered & { signers: readonly PersonId[] })[]
}

export type TellFacts = {
  request: ToldRequest | null
  administrators: readonly PersonId[]
  /** Everybody of the tenant who is not disabled. */
  everybody: readonly PersonId[]
}

type Teller = (event: NotedEvent, facts: TellFacts) => Told | null
type OfRequest = (request: ToldRequest, event: NotedEvent) => { says: string; to: readonly PersonId[] } | null

const ofRequest =
  (kind: NoticeKind, tell: OfRequest): Teller =>
  (event, { request }) => {
    const told = request && tell(request, event)
    return told ? { kind, says: told.says, requestId: request.id, recipients: told.to } : null
  }

const subject = ({ id, agent }: ToldRequest) => `Request ${id} of ${agent}`

const listed = (names: readonly string[]) => names.join(', ') || 'nobody'

// What no longer waits is no news: nobody is asked to sign what was signed before they were told.
const waits = ofRequest('waits', (request) => {
  if (!request.isAwaiting) return null
  const stages = listed(request.open.map(({ name }) => name))
  const to = request.open.flatMap(({ signers }) => signers)
  return { says: `${subject(request)} waits for a signature: ${stages}.`, to }
})

const isOf = ({ stage }: NotedEvent) => {
  return ({ name, tenantId }: Ordered) => name === stage?.name && tenantId === stage.tenantId
}

/** What concerns one open stage: whoever may sign that one and has not. */
const ofStage = (words: string) =>
  ofRequest('reminder', (request, event) => {
    const open = request.open.find(isOf(event))
    return open ? { says: `${subject(request)} ${words}: ${open.name}.`, to: open.signers } : null
  })

/** Whether a stage that was signed has opened a later one. Those beside it were told of when they opened. */
function opensAnother(event: NotedEvent, request: ToldRequest | null): boolean {
  const closed = request?.stages.find(isOf(event))
  const [next] = request?.open ?? []
  return closed !== undefined && next !== undefined && next.order > closed.order
}

const answered = (says: string) =>
  ofRequest('answered', (request) => ({ says: `${subject(request)} ${says}`, to: [request.requesterId] }))

const narrowed = answered('was approved with changes. The page shows the difference.')

// What was said is read on the page.
const commented = ofRequest('comment', (request) => ({
  says: `Somebody commented on request ${request.id} of ${request.agent}.`,
  to: [request.requesterId, ...request.voters, ...request.open.flatMap(({ signers }) => signers)],
}))

// Nobody was asked, so everybody is told.
const brokeGlass: Teller = (event, facts) => {
  const says = ({ id, agent }: ToldRequest) =>
    `Somebody broke glass for ${agent}: request ${id} is live and waits for its review.`
  return ofRequest('glass', (request) => ({ says: says(request), to: facts.everybody }))(event, facts)
}

const reviewed = ofRequest('glass', (request) => ({
  says: `Your use of break-glass in request ${request.id} of ${request.agent} is reviewed.`,
  to: [request.requesterId],
}))

// Some of what it asked was of no request: then there is none to name it by.
const STOPPED = 'keeps asking though it was stopped. Every call was refused.'
const stopped: Teller = (event, facts) =>
  facts.request
    ? ofRequest('stopped', ({ agent, agentOwners }) => ({
        says: `${agent} ${STOPPED}`,
        to: [...facts.administrators, ...agentOwners],
      }))(event, facts)
    : administrators('stopped', `An agent ${STOPPED}`)(event, facts)

const administrators =
  (kind: NoticeKind, says: string): Teller =>
  (_, facts) => ({ kind, says, requestId: null, recipients: facts.administrators })

/** What is told of which entry. An entry that is not named here is told to nobody. */
const TELLERS: Partial<Record<EventType, Teller>> = {
  'request.proposed': ofRequest('proposed', (request) => ({
    says: `${request.agent} proposes request ${request.id}. It waits for you to confirm it.`,
    to: [request.requesterId],
  })),
  'request.filed': (event, facts) => (event.outcome === 'held' ? waits(event, facts) : null),
  'request.edited': (event, facts) => (event.outcome === 'held' ? waits(event, facts) : null),
  'request.reopened': waits,
  'stage.closed': (event, facts) => (opensAnother(event, facts.request) ? waits(event, facts) : null),
  'stage.reminded': ofStage('has waited for half of its time for a signature'),
  'stage.escalated': ofStage('was escalated and still waits for a signature'),
  'approval.signed': (event, facts) => (event.isNarrowing ? narrowed(event, facts) : null),
  'request.commented': commented,
  'grant.opened': answered('is approved. Its grant is live.'),
  'break_glass.used': brokeGlass,
  'break_glass.reviewed': reviewed,
  'request.denied': answered('is denied.'),
  'request.refused': answered('is refused by policy.'),
  'request.lapsed': answered('has expired unanswered.'),
  'grant.revoked': ofRequest('revoked', (request) => ({
    says: `The grant of request ${request.id} of ${request.agent} is revoked.`,
    to: [request.requesterId, ...request.agentOwners],
  })),
  'agent.persisted': stopped,
  'proposal.made': administrators('proposal', 'A change of the rules waits for another administrator.'),
  'webhook.suspended': administrators('webhook', 'A webhook took nothing for a day and is suspended.'),
}

/** The entries a follower has to look at. */
export const TOLD_EVENTS: readonly string[] = Object.keys(TELLERS)

/** What one entry says, and to whom, or null. Whoever did it is not told of it, and nobody is told twice. */
export function tell(event: NotedEvent, facts: TellFacts): Told | null {
  const told = TELLERS[event.type]?.(event, facts)
  if (!told) return null
  const others = told.recipients.filter((person) => person !== event.by)
  return { ...told, recipients: [...new Set(others)] }
}
