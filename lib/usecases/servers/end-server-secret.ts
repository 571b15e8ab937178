import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findServerRow } from '@/lib/data/server-states'
import { endSecrets } from '@/lib/data/write-servers'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { secretEndedEvent, secretStateOf } from '@/lib/domain/client-secret'
import { ResourceServerId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const EndServerSecret = z.object({
  serverId: ResourceServerId,
  /** The one before the last rotation, or every one there is. */
  which: z.enum(['old', 'all'], 'Choose what ends.'),
})

/** Ends client secrets of a resource server with the next call. It waits for nobody: a secret that leaked cannot. */
export async function endServerSecret(
  actor: Actor,
  act: Act,
  { serverId, which }: z.infer<typeof EndServerSecret>,
): Promise<Result<{ which: 'old' | 'all' }>> {
  const [row, now] = await Promise.all([findServerRow(actor.tenantId, serverId), databaseNow()])
  if (!row) return refusal('not_found')
  if (!may(actor, 'server.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'server.secret_end', 'not_allowed')))
  const secrets = secretStateOf(row, now)
  if (!secrets || (which === 'old' && !secrets.old)) return refusal('secret_missing')
  const event = secretEndedEvent(actor, { serverId, name: row.name }, secrets, which)
  return commit(act, done({ which }, event), (tx) => endSecrets(tx, { id: serverId, rev: row.rev }, which))
}
