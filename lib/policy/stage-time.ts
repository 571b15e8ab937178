import type { StageTime } from '@/lib/domain/question'
import { SIGNATURE_WAITS_SECONDS } from '@/lib/domain/stage-clock'

const GROUP = /^[a-z][a-z0-9-]{0,62}$/
const SPAN = /^([1-9][0-9]{0,3})([mhd])$/
const SECONDS = { m: 60, h: 3600, d: 86_400 } as const
const MOST_COOLDOWN = 30 * SECONDS.d

type Annotations = Readonly<Record<string, string>>

/** The annotations that speak of a stage's time. */
export const TIME_ANNOTATIONS = ['expires', 'escalate', 'escalateAfter', 'cooldown'] as const

/** The seconds of "30m", "4h" or "2d", or undefined when the annotation is absent, or wrong and said to be. */
function span(annotations: Annotations, name: string, most: number, problems: string[]): number | undefined {
  const text = annotations[name]
  if (text === undefined) return undefined
  const [, count, unit] = SPAN.exec(text) ?? []
  const seconds = unit === 'm' || unit === 'h' || unit === 'd' ? Number(count) * SECONDS[unit] : 0
  if (seconds > 0 && seconds <= most) return seconds
  problems.push(`@${name} has to be a time like "30m", "4h" or "2d", ${most / SECONDS.h} hours at most.`)
  return undefined
}

function escalationOf(annotations: Annotations, expires: number, problems: string[]) {
  const { approval, escalate: to, escalateAfter } = annotations
  if ((to === undefined) !== (escalateAfter === undefined))
    problems.push('@escalate and @escalateAfter belong together.')
  const afterSeconds = span(annotations, 'escalateAfter', SIGNATURE_WAITS_SECONDS, problems)
  if (to === undefined || afterSeconds === undefined) return undefined
  if (!GROUP.test(to)) problems.push('@escalate names no group. Use lower-case letters, digits and dashes.')
  if (to === approval) problems.push('@escalate has to name another group than @approval.')
  if (afterSeconds >= expires)
    problems.push('@escalateAfter has to come before @expires, which is 24 hours when it is not given.')
  return { to, afterSeconds }
}

/** What a policy says of its stage's time, and what is wrong with it. */
export function stageTimeOf(annotations: Annotations, problems: string[]): StageTime {
  const expiresSeconds = span(annotations, 'expires', SIGNATURE_WAITS_SECONDS, problems)
  const cooldownSeconds = span(annotations, 'cooldown', MOST_COOLDOWN, problems)
  const escalate = escalationOf(annotations, expiresSeconds ?? SIGNATURE_WAITS_SECONDS, problems)
  return {
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    ...(cooldownSeconds === undefined ? {} : { cooldownSeconds }),
    ...(escalate ? { escalate } : {}),
  }
}
