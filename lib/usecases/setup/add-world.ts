import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { insertWorld } from '@/lib/data/write-world'
import type { Act } from '@/lib/domain/act'
import type { TenantId } from '@/lib/domain/ids'
import { done, type Result } from '@/lib/domain/result'
import { type World, worldEvents } from '@/lib/domain/world'

/** Sets up a whole tenant in one transaction, with an event for each thing in it. */
export async function addWorld(act: Act, world: World): Promise<Result<{ tenantId: TenantId }>> {
  const at = await databaseNow()
  return commit(act, done({ tenantId: world.tenant.id }, ...worldEvents(world)), (tx) =>
    insertWorld(tx, world, { by: act.via, at }),
  )
}
