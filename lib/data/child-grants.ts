import { z } from 'zod'
import type { Tree } from '@/lib/domain/child-grant'
import type { Grounds, LockedRows } from '@/lib/domain/grounds'
import type { GrantId } from '@/lib/domain/ids'
import { grantsOfIssue, type IssueFacts } from '@/lib/domain/issue'
import type { ScopeDecision } from '@/lib/domain/request'
import { runIn, type Tx } from './commit'
import { insertDecisions } from './decisions'
import { lockGrounds, rowsOf } from './issue-locks'
import { delegationToStore, GrantStateRow, snapshotOf } from './rows'
import { insertGrant } from './write-grants'

const HeldGrant = z.object({
  id: z.string(),
  state: GrantStateRow,
  expires: z.date(),
  usesLeft: z.number().nullable(),
})

const HOLD_ABOVE = `select id, state, expires, uses_left as "usesLeft" from permission_grant
  where id = any($1::text[]) order by id for no key update`

const COUNT_BELOW = 'select count(*)::int as below from child_grant where root_id = $1'

export type HeldAbove = { locked: LockedRows; usesLeft: number | null; below: number }

/**
 * Holds everything a new child stands on: the grounds it was decided on, then the grants above it in the order of ids,
 * the root first. From here on nothing above it can end before the child is there to end with it.
 */
export async function holdAbove(
  tx: Tx,
  { grounds, parent, rootId }: { grounds: Grounds; parent: IssueFacts; rootId: GrantId },
): Promise<HeldAbove> {
  const run = runIn(tx)
  const locked = await lockGrounds(run, rowsOf([grounds]))
  const grants = HeldGrant.array().parse(await run(HOLD_ABOVE, grantsOfIssue(parent)))
  const [count] = await run(COUNT_BELOW, rootId)
  return {
    locked: { ...locked, grants: new Map(grants.map((grant) => [grant.id, grant])) },
    usesLeft: grants.find(({ id }) => id === parent.grant.id)?.usesLeft ?? null,
    below: z.number().parse(count?.below),
  }
}

export type ChildToStore = {
  parent: IssueFacts
  child: IssueFacts
  tree: Tree
  depth: number
  decisions: readonly ScopeDecision[]
  digest: string
}

/** Stores a child with a request of its own in the words of its parent's, and takes its uses from the parent. */
export async function insertChild(
  tx: Tx,
  { parent, child, tree, depth, ...of }: ChildToStore,
): Promise<void> {
  const { grant, agent, scopes, requester, now } = child
  const decisionIds = of.decisions.map(({ id }) => id)
  const {
    submission: _,
    rev: __,
    ...asked
  } = await tx.request.findUniqueOrThrow({
    where: { id: parent.grant.requestId },
  })
  await tx.request.create({
    data: {
      ...asked,
      ...{
        id: grant.requestId,
        agentId: agent.id,
        templateId: null,
        filedFrom: null,
        proposedUnder: null,
        state: 'granted',
      },
      ...{ durationSeconds: grant.durationSeconds, version: 1, stages: [], filed: now, decided: now },
      // What signatures count for stands on the root.
      delegation: delegationToStore(null),
      ...{ answerBy: now, waitEnds: now, nextMark: null, coolsUntil: null, lapseNoted: false },
      ...{ decisionIds, digest: of.digest, sensitivity: Math.max(...scopes.map((one) => one.sensitivity)) },
      policySet: of.decisions[0]?.answer.policySet ?? asked.policySet,
      scopes: { createMany: { data: scopes.map(snapshotOf) } },
    },
  })
  const { tenantId, requestId } = grant
  await insertDecisions(tx, of.decisions, { tenantId, requestId, asked: 'filed', made: now })
  await insertGrant(tx, {
    ...{
      grant: { id: grant.id, opened: now, expires: grant.expires },
      requestId,
      tenantId,
      decisionIds,
      scopes,
    },
    ...{ requesterId: requester.id, agentId: agent.id, environment: grant.environment },
    ...{ durationSeconds: grant.durationSeconds, uses: grant.uses, delegation: null },
  })
  const above = grantsOfIssue(parent)
  const { id: parentId } = parent.grant
  await tx.childGrant.create({
    data: { grantId: grant.id, parentId, rootId: tree.rootId, above, depth, openedBy: parent.agent.id },
  })
  if (grant.uses !== null)
    await tx.grant.update({ where: { id: parentId }, data: { usesLeft: { decrement: grant.uses } } })
}
