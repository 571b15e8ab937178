import { encodeStatuses, signStatusList } from '@/lib/credentials/status-list'
import { findStatuses } from '@/lib/data/status-lists'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { epochSeconds } from '@/lib/domain/jwt-time'
import { STATUS_TTL_SECONDS, StatusListName, statusListUri } from '@/lib/domain/status-list'
import { sha256 } from '@/lib/identity/digest'
import { type AuthorityContext, gatherKnown } from '../facts/authority'

export type PublishedList = { jwt: string; etag: string }

/** One that was just made is given to whoever asks within this time: many ask at once. */
const SHARED_MS = 500
type Made = { at: number; made: Promise<PublishedList | null> }
const MOST_KEPT = 32
const lists = new BoundedMap<string, Made>(MOST_KEPT)

/**
 * A status list as it is now (Token Status List §8): null when there is none of this name. Every bit is derived from its
 * grant as the list is made, so what has ended is seen by whoever asks a moment later. Where nothing has changed, the
 * tag is the same at every replica for as long as a list may be kept.
 */
export function publishStatusList(context: AuthorityContext, list: string): Promise<PublishedList | null> {
  if (!StatusListName.safeParse(list).success) return Promise.resolve(null)
  const at = performance.now()
  const uri = statusListUri(context.issuer, list)
  const known = lists.get(uri)
  if (known && at - known.at < SHARED_MS) return known.made
  const made = makeList(context, { list, uri })
  lists.set(uri, { at, made })
  made.catch(() => lists.delete(uri))
  return made
}

async function makeList(
  context: AuthorityContext,
  { list, uri }: { list: string; uri: string },
): Promise<PublishedList | null> {
  // The time first: what a list says is true then or later, never only before.
  const { now, signing } = await gatherKnown(context)
  const statuses = await findStatuses(list)
  if (!statuses) return null
  const lst = await encodeStatuses(statuses)
  const iat = epochSeconds(now)
  const window = Math.floor(iat / STATUS_TTL_SECONDS)
  const jwt = signStatusList({ uri, issuer: context.issuer, iat, lst }, signing)
  return { jwt, etag: `W/"${sha256(`${window} ${signing.kid} ${lst}`)}"` }
}
