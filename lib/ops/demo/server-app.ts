import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { JWK } from 'jose'
import { createAskDecision } from './ask-decision'
import { Authority } from './authority'
import { CallBook } from './calls'
import { CATALOGUE, type ServerName } from './catalogue'
import { createIntrospectionCheck } from './check-introspection'
import { createOfflineCheck } from './check-offline'
import { type Check, createGuard, type Guard } from './guard'
import { PAGE_HEADERS, renderPage } from './page'
import { createProofCheck } from './proof'
import { addRefunds } from './refunds'
import { addTickets } from './tickets'
import { addVault } from './vault'

export type ServerOptions = {
  server: ServerName
  identifier: string
  issuer: string
  /** The private_key_jwt key of a server that introspects. */
  clientJwk?: JWK
}

const ENDPOINTS: Record<ServerName, (app: Hono, guard: Guard) => void> = {
  tickets: addTickets,
  vault: addVault,
  refunds: addRefunds,
}

/** One demo resource server: its protected endpoints, its page and its list of calls. */
export async function createServerApp(options: ServerOptions): Promise<Hono> {
  const { server, identifier, issuer } = options
  const about = CATALOGUE[server]
  const book = new CallBook()
  const app = new Hono()

  app.use(async (c, next) => {
    // A page elsewhere whose name is made to point here must not read the list of calls.
    if (!isOurHost(new URL(c.req.url).hostname)) return c.text('This server answers on loopback only.', 421)
    return next()
  })
  app.use(bodyLimit({ maxSize: 16 * 1024 }))
  ENDPOINTS[server](
    app,
    createGuard({
      ...{ identifier, type: about.type, book },
      check: await createCheck(options),
      ask: await createAsk(options),
    }),
  )
  app.get('/', (c) => c.html(renderPage(about, { identifier, issuer, seen: book.seen() }), 200, PAGE_HEADERS))
  app.get('/calls', (c) => {
    c.header('Cache-Control', 'no-store')
    return c.json({ server, identifier, check: about.check, ...book.seen() })
  })
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.onError((error, c) => {
    console.error(`${server}: ${error.name} while answering ${c.req.method}.`)
    return c.json({ error: 'server_error' }, 500)
  })
  return app
}

async function createCheck({ server, identifier, issuer, clientJwk }: ServerOptions): Promise<Check> {
  const authority = new Authority(issuer)
  const proof = createProofCheck()
  if (CATALOGUE[server].check === 'offline') return createOfflineCheck(authority, identifier, proof)
  if (!clientJwk) throw new Error(`${server} has no key to introspect with.`)
  return createIntrospectionCheck(authority, identifier, clientJwk, proof)
}

async function createAsk({ server, identifier, issuer, clientJwk }: ServerOptions) {
  return CATALOGUE[server].asksOnline && clientJwk
    ? createAskDecision(issuer, identifier, clientJwk)
    : undefined
}

function isOurHost(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost'
}
