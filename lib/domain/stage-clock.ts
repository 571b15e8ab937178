import type { Stage } from './stages'

/** How long a signature may wait for the grant to open. A request waits no longer for its answer. */
export const SIGNATURE_WAITS_SECONDS = 24 * 60 * 60

const after = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1000)
const earliest = (...times: readonly Date[]) => new Date(Math.min(...times.map((time) => time.getTime())))

/** When a version that is filed now has waited long enough, whatever its stages say. */
export const waitEndsOf = (filed: Date): Date => after(filed, SIGNATURE_WAITS_SECONDS)

/** When an opened stage has to be signed in full. Null: its turn has not come. */
export const deadlineOf = ({ opened, expiresSeconds }: Stage, waitEnds: Date): Date | null =>
  opened ? earliest(waitEnds, ...(expiresSeconds === undefined ? [] : [after(opened, expiresSeconds)])) : null

/** From when on the members of a second group may sign too. Null: never, or its turn has not come. */
export const escalatesAt = ({ opened, escalate }: Stage): Date | null =>
  opened && escalate ? after(opened, escalate.afterSeconds) : null

export function isEscalated(stage: Stage, at: Date): boolean {
  const from = escalatesAt(stage)
  return from !== null && from <= at
}

/** A moment of a stage of which people are told. */
export type StageMark = { kind: 'reminded' | 'escalated'; at: Date; stage: Stage }

/** Half of its time, and the escalation when it comes before the end. */
export function marksOf(stage: Stage, waitEnds: Date): StageMark[] {
  const [deadline, escalation] = [deadlineOf(stage, waitEnds), escalatesAt(stage)]
  if (!stage.opened || !deadline) return []
  const half = new Date((stage.opened.getTime() + deadline.getTime()) / 2)
  return [
    { kind: 'reminded', at: half, stage },
    ...(escalation && escalation < deadline ? [{ kind: 'escalated', at: escalation, stage } as const] : []),
  ]
}

/** What a waiting request's row keeps of the time of its open stages. */
export type StageClock = {
  /** When the request expires unanswered: with the first of its open stages. */
  answerBy: Date
  /** The next moment of which people are told. */
  nextMark: Date | null
}

/** The clock of the stages that are open. Marks before `since` have been told already. */
export function clockOf(open: readonly Stage[], waitEnds: Date, since: Date): StageClock {
  const deadlines = open.flatMap((stage) => deadlineOf(stage, waitEnds) ?? [])
  const marks = open.flatMap((stage) => marksOf(stage, waitEnds)).filter(({ at }) => at >= since)
  return {
    answerBy: earliest(waitEnds, ...deadlines),
    nextMark: marks.length > 0 ? earliest(...marks.map(({ at }) => at)) : null,
  }
}

/** The stages, with `now` noted on those whose turn has just come. */
export const withOpened = (stages: readonly Stage[], open: readonly Stage[], now: Date): Stage[] =>
  stages.map((stage) => (open.includes(stage) && !stage.opened ? { ...stage, opened: now } : stage))

/** The stages of the lowest order: those a new version opens with. */
export function firstStages(stages: readonly Stage[]): Stage[] {
  const first = Math.min(...stages.map(({ order }) => order))
  return stages.filter(({ order }) => order === first)
}

/** Stages of today's demand, which know since when those of the same name are open. */
export const keepOpened = (stages: readonly Stage[], known: readonly Stage[]): Stage[] =>
  stages.map((stage) => {
    const opened = known.find(
      ({ name, tenantId }) => name === stage.name && tenantId === stage.tenantId,
    )?.opened
    return opened ? { ...stage, opened } : stage
  })
