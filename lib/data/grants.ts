import type { Actor } from '@/lib/domain/access'
import { type GrantId, RequestId } from '@/lib/domain/ids'
import type { GrantRecord, RequestRecord } from '@/lib/domain/request-record'
import { database } from './database'
import { findVisibleRequest } from './visible-requests'

export type GrantWithRequest = { request: RequestRecord; grant: GrantRecord }

/** A grant with the request it came from, if this person may see it. */
export async function findVisibleGrant(actor: Actor, id: GrantId): Promise<GrantWithRequest | null> {
  const row = await database().grant.findUnique({ where: { id }, select: { requestId: true } })
  const request = row && (await findVisibleRequest(actor, RequestId.parse(row.requestId)))
  return request?.grant ? { request, grant: request.grant } : null
}
