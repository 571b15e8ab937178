import type { TrailEvent } from './events'
import type { AgentId, PersonId, TenantId } from './ids'
import { type Outcome, refused } from './result'

/** A quota of filings lasts an hour from the first one. */
export const FILING_SECONDS = 3600

type Filer = { tenantId: TenantId; personId: PersonId; agentId: AgentId }

const KINDS = { agent: 'for this agent', person: 'by you' } as const
const keyOf = (kind: keyof typeof KINDS, id: string) => `filed ${kind} ${id}`

/** The quotas one filing takes from: the agent's and the person's. */
export const filingQuotas = ({ agentId, personId }: Filer): string[] => [
  keyOf('agent', agentId),
  keyOf('person', personId),
]

const minutes = (ms: number) => Math.max(1, Math.ceil(ms / 60_000))
const inMinutes = (count: number) => (count === 1 ? 'in 1 minute' : `in ${count} minutes`)

const refusedEvent = ({ tenantId, personId, agentId }: Filer, most: number, of: string): TrailEvent => ({
  type: 'act.refused',
  outcome: 'refused',
  tenantId,
  humanId: personId,
  agentId,
  data: { act: 'request.file', reason: 'quota_reached', of, mostPerHour: most },
})

/** Whether the filing would be one too many: the refusal says for whom and when to try again. 0 is no quota. */
export function quotaProblem(
  filer: Filer,
  spent: readonly { key: string; points: number; msLeft: number }[],
  most: number,
): Outcome<never> | null {
  if (most === 0) return null
  for (const kind of ['agent', 'person'] as const) {
    const key = keyOf(kind, kind === 'agent' ? filer.agentId : filer.personId)
    const found = spent.find((one) => one.key === key)
    if (!found || found.points < most) continue
    const says = `${most} requests were filed ${KINDS[kind]} in an hour, and no more are taken. Try again ${inMinutes(minutes(found.msLeft))}.`
    return refused({ code: 'quota_reached', says }, refusedEvent(filer, most, kind))
  }
  return null
}
