import type { AgentId } from '@/lib/domain/ids'
import { isPrefix, prefixesAbove } from '@/lib/domain/spiffe-workload'
import { ChangedMeanwhile, type Tx } from './commit'

type Registered = { agentId: AgentId; trustDomain: string; workload: string }

/**
 * Whether a workload that stands for another agent would stand for this one too: it is below the prefix that is added, or a
 * prefix of theirs is above what is added. Texts are compared to the letter, never as patterns.
 */
export async function isOverlapping(
  db: Pick<Tx, '$queryRaw'>,
  { agentId, trustDomain, workload }: Registered,
): Promise<boolean> {
  const above = prefixesAbove(workload)
  const rows = await db.$queryRaw<unknown[]>`select 1 from agent_identity
    where trust_domain = ${trustDomain} and agent_id <> ${agentId}
      and (workload = ${workload} or workload = any(${above})
        or (${isPrefix(workload)} and starts_with(workload, ${workload}))) limit 1`
  return rows.length > 0
}

/**
 * Holds the trust domain until the commit, and asks again under it: of two that are added at once one waits here, and sees
 * what the other wrote. Removing the domain waits too.
 */
export async function holdAgainstOverlap(tx: Tx, added: Registered): Promise<void> {
  const held = await tx.$queryRaw<
    unknown[]
  >`select 1 from trust_domain d join agent a on a.tenant_id = d.tenant_id
    where d.name = ${added.trustDomain} and a.id = ${added.agentId} for no key update of d`
  if (held.length === 0) throw new ChangedMeanwhile()
  if (await isOverlapping(tx, added)) throw new ChangedMeanwhile('identity_overlaps')
}
