// What a console does, without its pages, as a process of its own: `console.ts <port>`.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { databaseNow } from '@/lib/data/clock'
import { findSignedIn } from '@/lib/data/signed-in'
import { SignInId } from '@/lib/domain/ids'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { endSignIn } from '@/lib/usecases/people/end-sign-in'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { liveStream } from '@/lib/web/live-stream'
import { actOf, GROUPS, yes } from '@/tests/harness/demo'

const actorOf = async (id: string) =>
  (await findSignedIn(SignInId.parse(id), await databaseNow()))?.actor ?? null

async function bodyOf(request: IncomingMessage) {
  let text = ''
  for await (const part of request) text += part
  return JSON.parse(text)
}

const ROUTES: Record<string, (request: IncomingMessage, signIn: string) => Promise<unknown>> = {
  '/sign-in': async () => yes(await signInAsPersona('requester', {})),
  '/who': async (_, signIn) => (await actorOf(signIn))?.name ?? null,
  '/end': async (_, signIn) => {
    const actor = await actorOf(signIn)
    return actor && yes(await endSignIn(actor, actOf(actor), { signInId: actor.signInId }))
  },
  '/policy': async () => (await policyInForce()).version,
  '/activate': async (request) =>
    yes(await installPolicySet({ via: 'setup' }, await bodyOf(request), GROUPS)),
}

async function serve(request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://console.example')
  const signIn = searchParams.get('signIn') ?? ''
  if (pathname === '/live') {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    return void Readable.fromWeb(liveStream(SignInId.parse(signIn), gone.signal) as never).pipe(response)
  }
  const answer = await ROUTES[pathname]?.(request, signIn)
  response.end(JSON.stringify(answer ?? null))
}

const server = createServer((request, response) => {
  serve(request, response).catch((fault) => response.writeHead(503).end(String(fault)))
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))
