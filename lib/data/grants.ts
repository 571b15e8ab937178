import type { Actor } from '@/lib/domain/access'
import type { GrantId } from '@/lib/domain/ids'
import type { GrantRecord, RequestRecord } from '@/lib/domain/request-record'
import { findVisibleRequestOf } from './visible-requests'

export type GrantWithRequest = { request: RequestRecord; grant: GrantRecord }

/** A grant with the request it came from, if this person may see it. */
export async function findVisibleGrant(actor: Actor, id: GrantId): Promise<GrantWithRequest | null> {
  const request = await findVisibleRequestOf(actor, id)
  return request?.grant ? { request, grant: request.grant } : null
}
