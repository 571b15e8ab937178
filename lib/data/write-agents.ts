import type { AgentId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'

/** Suspends an agent or lets it work again. Issuing reads this row under a lock and compares its version. */
export async function replaceSuspension(
  tx: Tx,
  { id, rev }: { id: AgentId; rev: number },
  suspended: Date | null,
): Promise<void> {
  expectOne(
    await tx.agent.updateMany({
      where: { id, rev },
      data: { suspended, rev: { increment: 1 } },
    }),
  )
}
