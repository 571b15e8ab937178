import { createServer } from 'node:http'
import { askTogether } from '@/lib/data/ask-together'
import { readInBatches } from '@/lib/data/in-batches'
import { isSignedES256 } from '@/lib/identity/es256'

/** `assertionKey`: the key that every assertion has to be signed with, or null: none is looked at. */
export type FloorSettings = { port: number; assertionKey: { x: string; y: string } | null }

const LIVE = `select c.id, c.revoked is null and c.expires > now() and g.state = 'live' as live
  from credential c join permission_grant g on g.id = c.grant_id where c.id = any($1::text[])`

const isLive = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(LIVE, [ids])
  const live = new Map(rows.map((row: { id: string; live: boolean }) => [row.id, row.live]))
  return (id: string) => live.get(id) === true
})

const known = new Map<string, string>()

function idOf(token: string): string {
  const [, claims = ''] = token.split('.')
  const id = known.get(token) ?? String(JSON.parse(Buffer.from(claims, 'base64url').toString()).jti)
  known.set(token, id)
  return id
}

/**
 * An echo that does the least an introspection cannot do without: it reads whether the token is live, all who ask at once
 * in one statement, and in its second form verifies the one signature of the caller. It spends, stores and checks nothing.
 */
function serve({ port, assertionKey }: FloorSettings): void {
  const answer = async (body: Buffer): Promise<boolean> => {
    const form = new URLSearchParams(body.toString())
    if (assertionKey && !isSignedES256(form.get('client_assertion') ?? '', assertionKey)) return false
    return isLive(idOf(form.get('token') ?? ''))
  }
  const server = createServer((request, response) => {
    const read: Buffer[] = []
    request.on('data', (chunk) => read.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(read)
      const status = await answer(body).then((live) => (live ? 200 : 403))
      response.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length }).end(body)
    })
  })
  server.listen(port, '127.0.0.1', () => process.send?.('listening'))
}

process.once('message', serve)
