import type { AgentRegistration } from '@/lib/domain/agent-registration'
import { lookAlikeOf } from '@/lib/domain/look-alike'
import { ChangedMeanwhile, expectOne, type Tx } from './commit'
import type { Agreed } from './write-people'

/** Registers an agent, or describes it anew over the version that was read. */
export async function writeAgentRegistration(
  tx: Tx,
  change: AgentRegistration,
  { tenantId, effect }: Agreed,
): Promise<void> {
  const { agentId, purpose, owners, environments } = change
  if (change.kind === 'agent.add') {
    const { slug } = change
    // The tenant is held since its administrators were: of two names that look alike, the second is seen here.
    const rows = await tx.agent.findMany({ where: { tenantId }, select: { slug: true } })
    if (
      lookAlikeOf(
        slug,
        rows.map((row) => row.slug),
      )
    )
      throw new ChangedMeanwhile('agent_looks_alike')
    await tx.agent.create({ data: { id: agentId, tenantId, slug, purpose, environments } })
  } else {
    const data = { purpose, environments, rev: { increment: 1 } }
    expectOne(await tx.agent.updateMany({ where: { id: agentId, tenantId, rev: effect.rev }, data }))
    await tx.agentOwner.deleteMany({ where: { agentId, personId: { notIn: owners } } })
  }
  await tx.agentOwner.createMany({
    data: owners.map((personId) => ({ agentId, personId })),
    skipDuplicates: true,
  })
}
