import type { Tone } from '@/components/ui/tone'
import { counted } from '@/lib/domain/counted'
import type { EventOutcome, EventType } from '@/lib/domain/events'
import { capitalised, cappedInWords, levelsDown, listed, shortDuration } from './words'

/** One event of the trail, as a request's timeline tells it. */
export type HappenedEvent = {
  /** Its place in the trail. */
  leaf: number
  at: Date
  type: EventType
  outcome: EventOutcome
  humanName: string | null
  agentSlug: string | null
  policyIds: readonly string[]
  data: Readonly<Record<string, unknown>>
  texts: Readonly<Record<string, string>>
}

type Told = { tone: Tone; says: string }
type Tell = (event: HappenedEvent) => Told

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const who = ({ humanName }: HappenedEvent) => humanName ?? 'Somebody'
const agent = ({ agentSlug }: HappenedEvent) => agentSlug ?? 'The agent'
const groupWords = (slug: unknown) => capitalised(text(slug).replaceAll('-', ' ')) || 'Another group'
const stageOf = ({ data }: HappenedEvent) => capitalised(text(data.stage).replaceAll('-', ' ')) || 'A stage'
const forWhom = (event: HappenedEvent) => {
  const { deputyForName, escalatedTo } = event.data
  const place = deputyForName ? ` in the place of ${text(deputyForName)}` : ''
  return `for ${stageOf(event)}${place}${escalatedTo ? `, from ${groupWords(escalatedTo)}` : ''}`
}
const count = (value: unknown) => (Array.isArray(value) ? value.length : 0)
const told = (tone: Tone, says: string): Told => ({ tone, says })

// Events of the agent's own acts name its human too: what tells them apart is in their data.
const completedBy = (event: HappenedEvent) => (event.data.by === 'agent' ? agent(event) : who(event))
const mandatedTo = (event: HappenedEvent) => (event.data.to === 'agent' ? agent(event) : who(event))

function filed(event: HappenedEvent): Told {
  const verb =
    event.type === 'request.edited' ? `changed it to version ${String(event.data.version)}` : 'filed it'
  const asked = counted(count(event.data.scopes), 'scope')
  if (event.outcome === 'refused') return told('bad', `${who(event)} ${verb}. Policy refused it.`)
  if (event.outcome === 'allowed')
    return told('good', `${who(event)} ${verb}. Policy allowed ${asked} at once.`)
  const stages = Array.isArray(event.data.stages) ? event.data.stages.map(stageWords).join(', then ') : ''
  return told('wait', `${who(event)} ${verb}. Policy held it: ${stages}.`)
}

function stageWords(stage: unknown): string {
  const { name, quorum } = Object(stage) as Record<string, unknown>
  return `${capitalised(text(name).replaceAll('-', ' '))} (${String(quorum)})`
}

const server = ({ data }: HappenedEvent) => text(data.serverName) || text(data.server) || 'A resource server'

const because = (event: HappenedEvent) => {
  const reason = text(event.data.reason)
  return reason ? `: ${reason.replaceAll('_', ' ')}` : ''
}

function cappedIn(uses: unknown): string[] {
  const { before, after } = Object(uses) as Record<string, unknown>
  return after ? [cappedInWords(before ? Number(before) : null, Number(after))] : []
}

function handedOnLess({ notForSubAgents, depth }: HappenedEvent['data']): string[] {
  const count = Array.isArray(notForSubAgents) ? notForSubAgents.length : 0
  const { before, after } = Object(depth) as Record<string, unknown>
  return [
    ...(count > 0 ? [`not for ${counted(count, 'sub-agent')}`] : []),
    ...(before && after ? [`${levelsDown(Number(after))} instead of ${Number(before)}`] : []),
  ]
}

/** What a signature took away: ", with changes: struck secret:read; 30 min instead of 45 min". */
function changesIn({ data }: HappenedEvent): string {
  const struck = Array.isArray(data.struck) ? data.struck : []
  const actions = struck.map((scope) => text(Object(scope).action))
  const { before, after } = Object(data.durationSeconds) as Record<string, unknown>
  const parts = [
    ...(actions.length > 0 ? [`struck ${listed(actions)}`] : []),
    ...(before && after
      ? [`${shortDuration(Number(after))} instead of ${shortDuration(Number(before))}`]
      : []),
    ...cappedIn(data.uses),
    ...handedOnLess(data),
  ]
  return parts.length > 0 ? `, with changes: ${parts.join('; ')}` : ''
}

/** ", 12 times since the last entry": questions that were counted and have no entry of their own. */
const again = ({ data: { repeats } }: HappenedEvent) =>
  typeof repeats === 'number' ? `, ${counted(repeats, 'time')} since the last entry` : ''

const before = (event: HappenedEvent) => (again(event) ? `; as before${again(event)}` : '')

/** ", secret:read": what a resource server asked for. */
function askedFor({ data }: HappenedEvent): string {
  const [scope] = Array.isArray(data.scopes) ? data.scopes : []
  const action = text(Object(scope).action)
  return action ? `, ${action}` : ''
}

// Only a signature from where the requester signs in asks for one more, and only where policy says so.
const oneMore = ({ data }: HappenedEvent) =>
  data.oneMore ? ', from where the requester signs in: one more is asked' : ''

// Why everything that somebody had open ended at once, or null when they or others did it.
function whyOut({ data }: HappenedEvent): string | null {
  if (data.because === 'person_disabled') return 'was disabled'
  return data.because === 'no_role_left' ? 'holds no role any more' : null
}
const revokedWords = (event: HappenedEvent) => {
  const out = whyOut(event)
  return out ? `Revoked: ${who(event)} ${out}` : `${who(event)} revoked it`
}
const withdrawnWords = (event: HappenedEvent) => {
  const out = whyOut(event)
  return out ? `Withdrawn: ${who(event)} ${out}` : `${who(event)} withdrew it`
}
const above = ({ data }: HappenedEvent) => `${text(data.with)}, the grant it stands below`
const voidedWhy = (event: HappenedEvent) => {
  if (event.data.because === 'person_disabled') return 'they were disabled'
  return event.data.because === 'no_role_left' ? 'they hold no role any more' : `they left ${stageOf(event)}`
}

const TELL: Partial<Record<EventType, Tell>> = {
  'request.proposed': (event) =>
    told('wait', `${agent(event)} proposed it: ${counted(count(event.data.scopes), 'scope')}`),
  'request.not_proposed': (event) =>
    told('bad', `${agent(event)} asked for more and was refused${because(event)}`),
  'request.confirmed': (event) =>
    told('good', `${who(event)} confirmed it${count(event.data.changed) > 0 ? ', with changes' : ''}`),
  'request.declined': (event) => told('neutral', `${who(event)} declined it`),
  'request.filed': filed,
  'request.edited': filed,
  'request.refused': () => told('bad', 'Policy refused the request'),
  'request.withdrawn': (event) => told('neutral', withdrawnWords(event)),
  'request.denied': (event) => told('bad', `${who(event)} denied it ${forWhom(event)}`),
  'request.lapsed': () => told('neutral', 'Nobody answered in time'),
  'request.reopened': () => told('wait', 'Today’s policies ask for other signatures. Earlier ones are void.'),
  'request.commented': (event) => told('neutral', `${who(event)} commented`),
  'approval.signed': (event) =>
    told('good', `${who(event)} approved ${forWhom(event)}${changesIn(event)}${oneMore(event)}`),
  'approval.refused': (event) => told('bad', `${who(event)} tried to sign and was refused${because(event)}`),
  'approval.exported': (event) => told('neutral', `${who(event)} exported an approval`),
  'break_glass.used': (event) => told('bad', `${who(event)} broke glass: nobody countersigned it`),
  'break_glass.refused': (event) => told('bad', `${who(event)} was refused the review${because(event)}`),
  'break_glass.reviewed': (event) => told('good', `${who(event)} signed the review`),
  'stage.reminded': (event) => told('wait', `Half the time of ${stageOf(event)} is over`),
  'stage.escalated': (event) =>
    told('wait', `${stageOf(event)} escalated: ${groupWords(event.data.to)} may sign it too`),
  'request.repeated': (event) =>
    told('bad', `${who(event)} asked for the same again and was refused. Its window is not over`),
  'stage.closed': (event) => told('good', `${stageOf(event)} is signed in full`),
  'grant.opened': (event) =>
    told('live', event.data.parent ? 'Handed on: the grant is live' : 'The grant is live'),
  'grant.completed': (event) =>
    told(
      'good',
      event.data.with ? `Ended with ${above(event)}` : `${completedBy(event)} marked it completed`,
    ),
  'approval.voided': (event) =>
    told('bad', `The signature of ${who(event)} no longer counts: ${voidedWhy(event)}`),
  'grant.revoked': (event) =>
    told('bad', event.data.with ? `Revoked with ${above(event)}` : revokedWords(event)),
  'grant.expired': () => told('neutral', 'Its time ran out'),
  'grant.handed_on': (event) =>
    told('live', `${agent(event)} handed part of it on to ${text(event.data.toSlug) || 'another agent'}`),
  'grant.not_handed_on': (event) =>
    told('bad', `${agent(event)} asked to hand part of it on and was refused${because(event)}`),
  'mandate.issued': (event) => told('good', `${mandatedTo(event)} took a mandate`),
  'credential.issued': (event) => told('good', `${agent(event)} got a token for ${server(event)}`),
  'agent.refused': (event) => told('bad', `${agent(event)} came back and was refused${because(event)}`),
  'credential.refused': (event) => told('bad', `${agent(event)} was refused a token${because(event)}`),
  'credential.asked': (event) =>
    told(
      event.outcome === 'refused' ? 'bad' : 'neutral',
      `${server(event)} asked whether a token is active: ${event.outcome === 'refused' ? 'no' : 'yes'}${before(event)}`,
    ),
  'credential.asked_again': (event) =>
    told('neutral', `${server(event)} asked the same again and heard the same${again(event)}`),
  'decision.asked': (event) =>
    told(
      event.outcome === 'refused' ? 'bad' : 'good',
      `Asked by ${server(event)}: ${event.outcome === 'refused' ? 'refused' : 'allowed'}${askedFor(event)}${because(event)}`,
    ),
  'decision.searched': (event) =>
    told('neutral', `${server(event)} searched for what is allowed: ${String(event.data.found)} found`),
  'credential.revoked': (event) => told('neutral', `${agent(event)} gave a token back`),
  'act.refused': (event) => told('bad', `${who(event)} tried what their role may not do and was refused`),
}

/** The sentence and the tone of one event. */
export function tellEvent(event: HappenedEvent): Told {
  const tell = TELL[event.type]
  return tell
    ? tell(event)
    : told('neutral', capitalised(event.type.replaceAll('.', ' ').replaceAll('_', ' ')))
}
