import type { TenantId } from './ids'
import type { Answer, StageDemand } from './question'

/** A stage of one tenant: a group and a quorum that policy demands there. */
export type Stage = StageDemand & { tenantId: TenantId }

const strictest = (a: Stage, b: Stage): Stage => ({
  ...a,
  quorum: Math.max(a.quorum, b.quorum),
  order: Math.min(a.order, b.order),
  passkey: a.passkey || b.passkey,
})

/** The stages of a whole request: per tenant and name the strictest demand, in order. */
export function mergeStages(
  perScope: readonly { tenantId: TenantId; answer: Pick<Answer, 'stages'> }[],
): Stage[] {
  const merged = new Map<string, Stage>()
  for (const { tenantId, answer } of perScope)
    for (const demand of answer.stages) {
      const key = `${tenantId} ${demand.name}`
      const stage: Stage = { ...demand, tenantId }
      const known = merged.get(key)
      merged.set(key, known ? strictest(known, stage) : stage)
    }
  return [...merged.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1))
}
