import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { type Actor, may } from '@/lib/domain/access'
import { type BreakGlass, reviewProblem } from '@/lib/domain/break-glass'
import { PersonId, RequestId } from '@/lib/domain/ids'
import type { RequestRecord } from '@/lib/domain/request-record'
import { database, pool } from './database'
import { listRequests, listVotingFacts } from './requests'
import { binder } from './trail-conditions'
import { visibleTo } from './visible-requests'
import { isVisible } from './visible-sql'

/** The use of break-glass behind a request, with its review. */
export async function findBreakGlass(requestId: RequestId): Promise<BreakGlass | null> {
  const row = await database().breakGlass.findUnique({ where: { requestId } })
  if (!row) return null
  const by = row.reviewedBy && (await database().person.findUnique({ where: { id: row.reviewedBy } }))
  return {
    requestId,
    personId: PersonId.parse(row.personId),
    digest: row.digest,
    signed: row.signed,
    review:
      by && row.reviewed
        ? { by: PersonId.parse(by.id), byName: by.name, at: row.reviewed, note: row.reviewNote ?? '' }
        : null,
  }
}

/** Whether a use of this person waits for its review. */
export const hasOpenBreakGlass = async (personId: PersonId): Promise<boolean> =>
  (await database().breakGlass.count({ where: { openFor: personId } })) > 0

const FEW = 50

/** Requests whose use of break-glass this person could review, oldest first. */
export async function listReviewable(actor: Actor, now: Date): Promise<RequestRecord[]> {
  if (!may(actor, 'break_glass.review')) return []
  const waiting: Prisma.RequestWhereInput = { breakGlass: { reviewed: null } }
  const where = { AND: [waiting, await visibleTo(actor)] }
  const requests = await listRequests(where, { take: FEW, orderBy: [{ filed: 'asc' }, { id: 'asc' }] })
  const facts = await listVotingFacts(requests)
  return requests.filter((request, index) => {
    const of = facts[index]
    return of && reviewProblem(actor, { request, facts: of, isOpen: true, now }) === null
  })
}

export type LiveBreakGlass = { id: RequestId; expires: Date }

const LiveRow = z.object({ id: RequestId, expires: z.date() })

/** What runs on break-glass now and this person may see. */
export async function listLiveBreakGlass(actor: Actor, now: Date): Promise<LiveBreakGlass[]> {
  const { values, bind } = binder()
  const { rows } = await pool().query(
    `select r.id, g.expires from break_glass b join request r on r.id = b.request_id
       join permission_grant g on g.request_id = r.id
     where g.state = 'live' and g.expires > ${bind(now)}::timestamptz and ${isVisible(actor, bind)}
     order by r.filed, r.id limit 5`,
    values,
  )
  return LiveRow.array().parse(rows)
}
