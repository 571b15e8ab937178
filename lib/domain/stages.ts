import type { TenantId } from './ids'
import type { Answer, Escalation, StageDemand, StageTime } from './question'

/** A stage of one tenant: a group and a quorum that policy demands there. */
export type Stage = StageDemand & {
  tenantId: TenantId
  /** When its turn came on this version of the request. Absent: not yet. */
  opened?: Date
}

const one = (a: number | undefined, b: number | undefined, choose: (a: number, b: number) => number) =>
  a === undefined || b === undefined ? (a ?? b) : choose(a, b)

// Escalation lets more people sign: it stands only where every policy of the stage names the same group.
const narrower = (a: Escalation | undefined, b: Escalation | undefined): Escalation | undefined =>
  a && b && a.to === b.to ? { to: a.to, afterSeconds: Math.max(a.afterSeconds, b.afterSeconds) } : undefined

function strictestTime(a: StageTime, b: StageTime): StageTime {
  const expiresSeconds = one(a.expiresSeconds, b.expiresSeconds, Math.min)
  const cooldownSeconds = one(a.cooldownSeconds, b.cooldownSeconds, Math.max)
  const escalate = narrower(a.escalate, b.escalate)
  return {
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    ...(cooldownSeconds === undefined ? {} : { cooldownSeconds }),
    ...(escalate ? { escalate } : {}),
  }
}

/**
 * Two demands for one stage, where the strictest counts: the larger quorum, the earlier place, a passkey if either
 * wants one, one more after a signature from the requester's device if either asks for it, the sooner end, the longer window after a no, and escalation only where both name the same group, as
 * late as the later of them says.
 */
export const strictestDemand = (a: StageDemand, b: StageDemand): StageDemand => ({
  name: a.name,
  quorum: Math.max(a.quorum, b.quorum),
  order: Math.min(a.order, b.order),
  passkey: a.passkey || b.passkey,
  ...(a.sameDevice || b.sameDevice ? { sameDevice: 'one-more' } : {}),
  ...strictestTime(a, b),
})

/** The stages of a whole request: per tenant and name the strictest demand, in order. */
export function mergeStages(
  perScope: readonly { tenantId: TenantId; answer: Pick<Answer, 'stages'> }[],
): Stage[] {
  const merged = new Map<string, Stage>()
  for (const { tenantId, answer } of perScope)
    for (const demand of answer.stages) {
      const key = `${tenantId} ${demand.name}`
      const known = merged.get(key)
      merged.set(key, { ...(known ? strictestDemand(known, demand) : demand), tenantId })
    }
  return [...merged.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1))
}
