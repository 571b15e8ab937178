import type { EventOutcome, EventType } from './events'
import type { Persona } from './personas'

/** What the story is told from: real events of the trail, never seeded ones, oldest first. */
export type StoryEvent = {
  type: EventType
  outcome: EventOutcome
  at: Date
  requestId: string | null
  humanName: string | null
  /** Which of the demo's people it was. */
  persona: Persona | null
}

export const STORY_EVENTS = [
  'request.filed',
  'approval.signed',
  'grant.opened',
  'mandate.issued',
  'credential.issued',
  'credential.asked',
  'credential.refused',
  'grant.revoked',
  'trail.exported',
] as const satisfies readonly EventType[]

export type StoryStepKey = 'file' | 'countersign' | 'mandate' | 'agent' | 'refused' | 'revoke' | 'find'

type Step = { key: StoryStepKey; persona: Persona; title: string; does: string }

/** The seven steps of "Try the story": who does what. */
export const STORY_STEPS = [
  {
    key: 'file',
    persona: 'requester',
    title: 'File the refund check',
    does: 'Choose the template “Resolve a refund ticket”. Policy says at once that reading the secret needs Security.',
  },
  {
    key: 'countersign',
    persona: 'approver',
    title: 'Countersign for Security',
    does: 'Read what the agent would really get, then approve. Time runs from the last signature.',
  },
  {
    key: 'mandate',
    persona: 'requester',
    title: 'Issue the mandate',
    does: 'Mandate: a signed note naming you and this agent. Only this agent can use it.',
  },
  {
    key: 'agent',
    persona: 'requester',
    title: 'Run the agent',
    does: 'It proves who it is, trades the mandate for tokens of 5 minutes, and works. Run it in a terminal.',
  },
  {
    key: 'refused',
    persona: 'requester',
    title: 'See everything else refused',
    does: 'The agent also tries what nobody signed. The refusal is in the timeline of the request.',
  },
  {
    key: 'revoke',
    persona: 'requester',
    title: 'Revoke while it works',
    does: 'The agent gives its grant back when it is done. File once more, let it wait 120 seconds, and revoke.',
  },
  {
    key: 'find',
    persona: 'compliance-officer',
    title: 'Find it in the audit trail',
    does: 'Type the agent’s name, see human, agent and decision side by side, and export the rows.',
  },
] as const satisfies readonly Step[]

export type StoryTick = { at: Date; by: string | null }

export type StoryStep = Step & { tick: StoryTick | null; isNext: boolean }

export type Story = {
  steps: StoryStep[]
  next: StoryStep | null
  /** The request the story is told with: what the next step links to. */
  requestId: string | null
}

const tickOf = (event: StoryEvent | undefined): StoryTick | null =>
  event ? { at: event.at, by: event.humanName } : null

/** The grant opens with the last signature: the tick is the signer's, whose act it was. */
const signedBy = (opened: StoryEvent | undefined, signed: StoryEvent | undefined): StoryTick | null =>
  opened ? { at: opened.at, by: (signed ?? opened).humanName } : null

type Ticks = Record<StoryStepKey, StoryTick | null>

/** How far one request came. A request that was never held tells no story. */
function ticksOf(events: readonly StoryEvent[], requestId: string): Omit<Ticks, 'revoke' | 'find'> {
  const own = events.filter((event) => event.requestId === requestId)
  const first = (type: EventType, outcome?: EventOutcome) =>
    own.find((event) => event.type === type && (!outcome || event.outcome === outcome))
  const asked = first('credential.issued') && first('credential.asked', 'allowed')
  return {
    file: tickOf(first('request.filed')),
    countersign: signedBy(
      first('grant.opened'),
      own.findLast(({ type }) => type === 'approval.signed'),
    ),
    mandate: tickOf(first('mandate.issued')),
    agent: tickOf(asked),
    refused: tickOf(first('credential.refused')),
  }
}

const EMPTY = { file: null, countersign: null, mandate: null, agent: null, refused: null } as const

const reach = (ticks: Omit<Ticks, 'revoke' | 'find'>) => Object.values(ticks).filter(Boolean).length

/** Events into ticks: the request that came furthest, the newest of equals, and the first step nobody has done. */
export function tellStory(events: readonly StoryEvent[]): Story {
  // Only what the requester of the story filed: a request of anybody else is not theirs to open.
  const held = events.filter(
    ({ type, outcome, persona }) =>
      type === 'request.filed' && outcome === 'held' && persona === STORY_STEPS[0].persona,
  )
  const threads = held
    .flatMap(({ requestId }) => requestId ?? [])
    .map((requestId) => ({ requestId, ticks: ticksOf(events, requestId) }))
  const best = threads.reduce<(typeof threads)[number] | null>(
    (top, one) => (top && reach(top.ticks) > reach(one.ticks) ? top : one),
    null,
  )
  const ticks: Ticks = {
    ...(best?.ticks ?? EMPTY),
    revoke: tickOf(events.find(({ type }) => type === 'grant.revoked')),
    find: tickOf(events.find(({ type }) => type === 'trail.exported')),
  }
  const nextKey = STORY_STEPS.find(({ key }) => !ticks[key])?.key
  const steps = STORY_STEPS.map((step) => ({ ...step, tick: ticks[step.key], isNext: step.key === nextKey }))
  return { steps, next: steps.find(({ isNext }) => isNext) ?? null, requestId: best?.requestId ?? null }
}
