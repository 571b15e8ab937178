import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { listStatusLists } from '@/lib/data/status-lists'
import { STATUS_PATH, statusListUri } from '@/lib/domain/status-list'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { type PublishedList, publishStatusList } from '@/lib/usecases/credentials/publish-status-list'
import type { AuthorityContext } from '@/lib/usecases/facts/authority'
import { nothingHere, refuse } from './answers'
import type { Env } from './call'
import { hasIt } from './unchanged'

const STATUS_LIST_JWT = 'application/statuslist+jwt'

/** Public files: anybody may read them, from any page (Token Status List §8.1, §11.3). */
const PUBLIC = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag',
  // Kept for a second, and asked about again: a grant that ends is seen at once.
  'cache-control': 'public, max-age=1',
} as const

/** A page that has a list asks whether it is still that one, for which its browser asks first. */
export const statusPreflight = (c: Context<Env>): Response =>
  c.body(null, 204, {
    'access-control-allow-origin': PUBLIC['access-control-allow-origin'],
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'if-none-match',
    'access-control-max-age': '7200',
  })

const compressed = promisify<string, Buffer>(gzip)

// The same object for all who ask within a moment. Beside the thread that issues: one with many ends takes over 10 ms.
const zipped = new WeakMap<PublishedList, Promise<Uint8Array<ArrayBuffer>>>()

function zippedOf(list: PublishedList): Promise<Uint8Array<ArrayBuffer>> {
  const made = zipped.get(list) ?? compressed(list.jwt).then((bytes) => new Uint8Array(bytes))
  zipped.set(list, made)
  return made
}

/** `GET /oauth/status/{list}`: the list as a JWT as it is now (§8.4: no other time), compressed where that is taken. */
export async function statusList(c: Context<Env>, context: AuthorityContext): Promise<Response> {
  if (c.req.query('time') !== undefined) return refuse(c, refuseProof('history_unavailable'))
  const found = await publishStatusList(context, c.req.param('list') ?? '')
  if (!found) return nothingHere(c)
  const headers = { ...PUBLIC, etag: found.etag, vary: 'Accept-Encoding' }
  if (hasIt(c, found.etag)) return c.body(null, 304, headers)
  const isZipped =
    accepts(c, { header: 'Accept-Encoding', supports: ['gzip'], default: 'identity' }) === 'gzip'
  const body = isZipped ? await zippedOf(found) : found.jwt
  return c.body(body, 200, {
    ...headers,
    'content-type': STATUS_LIST_JWT,
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  })
}

/** `GET /oauth/status`: every list in use (§9.3). */
export async function statusLists(c: Context<Env>, { issuer }: AuthorityContext): Promise<Response> {
  const lists = await listStatusLists()
  return c.json({ status_lists: lists.map((list) => statusListUri(issuer, list)) }, 200, PUBLIC)
}

export const STATUS_PATHS = { all: STATUS_PATH, one: `${STATUS_PATH}/:list` } as const
