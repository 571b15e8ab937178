import type { PersonId } from '@/lib/domain/ids'
import type { OpenThings } from '@/lib/domain/open-things'
import { ChangedMeanwhile, type Tx } from './commit'
import { deleteResets } from './write-links'
import { endSignInsOf } from './write-sign-ins'

const expectAll = ({ count }: { count: number }, of: readonly unknown[]) => {
  if (count !== of.length) throw new ChangedMeanwhile()
}

/**
 * Ends what a person has open, each kind in the order of its ids and the kinds in the order in which every writer
 * locks them: requests, what was shown to be signed, grants, sign-ins, proposals.
 */
export async function endOpenThings(
  tx: Tx,
  personId: PersonId,
  things: OpenThings,
  { by, now }: { by: string; now: Date },
): Promise<void> {
  const requests = things.requests.map(({ requestId }) => requestId as string)
  const grants = things.grants.map(({ grantId }) => grantId as string)
  await tx.$queryRaw`select id from request where id = any(${requests}) order by id for no key update`
  expectAll(
    await tx.request.updateMany({
      where: { id: { in: requests }, state: { in: ['awaiting', 'proposed'] }, answerBy: { gt: now } },
      data: { state: 'withdrawn', decided: now, rev: { increment: 1 } },
    }),
    requests,
  )
  await tx.signingNonce.updateMany({ where: { personId, used: null }, data: { used: now } })
  await tx.$queryRaw`select id from permission_grant where id = any(${grants}) order by id for no key update`
  expectAll(
    await tx.grant.updateMany({
      where: { id: { in: grants }, state: 'live', expires: { gt: now } },
      data: { state: 'revoked', ended: now, endedBy: by, rev: { increment: 1 } },
    }),
    grants,
  )
  // Every one, also what is beyond the page that was read: none may come back with the person.
  await endSignInsOf(tx, { personId }, now)
  await deleteResets(tx, personId)
  expectAll(
    await tx.proposal.updateMany({
      where: { id: { in: things.proposals.map(({ id }) => id) }, state: 'open' },
      data: { state: 'withdrawn', decided: now, decidedBy: by },
    }),
    things.proposals,
  )
}
