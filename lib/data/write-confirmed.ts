import type { Grounds } from '@/lib/domain/grounds'
import type { Filed, Filing } from '@/lib/domain/request'
import type { Tx } from './commit'
import { holdNoCooling } from './cooling'
import { holdGrounds } from './hold'
import { type Quota, takeFromQuotas } from './rate-counts'
import { insertDecided } from './write-filed'
import { confirmRow } from './write-requests'

/** A proposal over the revision that was read, and what filing it was decided with. */
export type ConfirmedToStore = {
  read: { rev: number; version: number }
  filing: Filing
  filed: Filed
  grounds: Grounds
  quota: Quota
  digest: string
}

/** Files what an agent proposed, with all that filing takes, while what it was decided on is held. */
export async function writeConfirmed(
  tx: Tx,
  { read, filing, filed, grounds, quota, digest }: ConfirmedToStore,
): Promise<void> {
  const { actor, agent, decisions, input, now, goalCategory, policySet, delegation } = filing
  const scopes = decisions.map(({ scope }) => scope)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  await holdGrounds(tx, grounds)
  await holdNoCooling(tx, { agentId: agent.id, scopeIds: scopes.map(({ id }) => id), now })
  await takeFromQuotas(tx, quota)
  const decisionIds = decisions.map(({ id }) => id)
  const task = { input, requester, goalCategory, delegation, scopes }
  const row = { filed, ...task, policySet, digest, decisionIds, now }
  await confirmRow(tx, read, row)
  await insertDecided(tx, { filed, requester, input, decisions, delegation, now })
}
