import { SignJWT } from 'jose'
import { proofOf, type TestAgent } from './authority'
import { SERVERS, type TestWorld } from './world'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type At = { world: TestWorld; issuer: string; url: string }
type Answer = { status: number; reason: string; token: string }

async function answerOf(response: Response): Promise<Answer> {
  const { access_token, reason } = await response.json()
  return { status: response.status, reason: String(reason), token: String(access_token) }
}

/** An exchange at one replica of the issuer. A stock client would ask where discovery sends it. */
export async function exchangeAt(
  { issuer, url }: At,
  agent: Pick<TestAgent, 'keys' | 'svid'>,
  mandate: string,
): Promise<Answer> {
  const form = {
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', resource: SERVERS.tickets },
    ...{ subject_token: mandate, subject_token_type: JWT },
    ...{ actor_token: await agent.svid(), actor_token_type: JWT },
  }
  const dpop = await proofOf(agent.keys, 'POST', `${issuer}/oauth/token`)
  const sent = { method: 'POST', body: new URLSearchParams(form), headers: { dpop } }
  return answerOf(await fetch(`${url}/oauth/token`, sent))
}

/** Whether a resource server is told by one replica that a token is active. */
export async function isActiveAt({ world, issuer, url }: At, token: string): Promise<unknown> {
  const { privateKey, kid } = world.serverKeys.tickets
  const assertion = await new SignJWT({ iss: SERVERS.tickets, sub: SERVERS.tickets, aud: issuer })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(privateKey)
  const form = {
    token,
    client_id: SERVERS.tickets,
    ...{ client_assertion: assertion, client_assertion_type: JWT_BEARER },
  }
  const response = await fetch(`${url}/oauth/introspect`, { method: 'POST', body: new URLSearchParams(form) })
  const { active } = await response.json()
  return response.status === 200 ? active : response.status
}
