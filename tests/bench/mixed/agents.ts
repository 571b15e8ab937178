import { createPrivateKey, type JsonWebKey, type KeyObject, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { loadSigningKey } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import { TRUST_DOMAIN } from '@/lib/ops/demo/catalogue'
import { clientKey, trustDomainKey } from '@/lib/ops/demo/world'
import { epoch, makeKey, proofFor, signJwt } from '../exchange/callers'
import { Connection, formPost, type Reply } from '../wire'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const keyOf = (jwk: object): KeyObject => createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })

export type Agents = { issue: () => Promise<string>; introspect: () => Promise<unknown>; close: () => void }

type Where = { issuer: string; secret: string; demoDir: string; refunds: string }

const Token = z.object({ access_token: z.string() })

const jtiOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()).jti

function bodyOf({ status, body }: Reply): unknown {
  if (status !== 200) throw new Error(`The authority answered ${status}: ${body.slice(0, 300)}`)
  return JSON.parse(body)
}

/** Connections that take turns: as many calls at once as there are. */
function crowd(port: number) {
  const free: Connection[] = []
  const all: Connection[] = []
  const send = async (request: string): Promise<Reply> => {
    const connection = free.pop() ?? new Connection(port)
    if (!all.includes(connection)) all.push(connection)
    return connection.send(request).finally(() => free.push(connection))
  }
  return { send, close: () => all.map((connection) => connection.close()) }
}

async function mandatesFor(requestIds: readonly string[], { issuer, secret }: Where, agent: string) {
  const signing = loadSigningKey(await findActiveSigningKey(), secret)
  const { rows } = await pool().query<{ id: string; request_id: string; requester_id: string }>(
    'select id, request_id, requester_id from permission_grant where request_id = any($1)',
    [requestIds],
  )
  const times = { iat: epoch(), exp: epoch() + 25 * 60 }
  return rows.map(({ id, request_id, requester_id }) =>
    signMandate(
      {
        ...{ iss: issuer, aud: issuer, sub: requester_id, may_act: { sub: agent }, ...times },
        ...{ jti: newId('MandateId'), txn: request_id, grant_id: id },
      },
      signing,
    ),
  )
}

/** The demo's agent and one of its resource servers, with the keys of the demo's folder. */
export async function agentsOf(requestIds: readonly string[], where: Where): Promise<Agents> {
  const { issuer, demoDir, refunds } = where
  const agent = `spiffe://${TRUST_DOMAIN}/env/staging/agent/refund-triage`
  const mandates = await mandatesFor(requestIds, where, agent)
  if (mandates.length === 0) throw new Error('There is no grant to work under.')
  const [domain, client] = await Promise.all([trustDomainKey(demoDir), clientKey(demoDir, 'refunds')])
  const [domainKey, serverKey] = [keyOf(domain.privateJwk), keyOf(client.privateJwk)]
  const callers = mandates.map((mandate) => ({ mandate, ...makeKey(), workload: { jwt: '', until: 0 } }))
  const { send, close } = crowd(Number(new URL(issuer).port))
  const tokens: string[] = []
  let turn = 0
  const workloadOf = (caller: (typeof callers)[number]) => {
    if (caller.workload.until < epoch() + 60) {
      const claims = { sub: agent, aud: issuer, jti: randomUUID(), iat: epoch(), exp: epoch() + 300 }
      const header = { typ: 'JWT', kid: domain.privateJwk.kid }
      caller.workload = { jwt: signJwt(header, claims, domainKey), until: claims.exp }
    }
    return caller.workload.jwt
  }
  return {
    issue: async () => {
      turn += 1
      const caller = callers[turn % callers.length]
      if (!caller) throw new Error('There is no caller.')
      const url = `${issuer}/oauth/token`
      const form = {
        ...{ grant_type: TOKEN_EXCHANGE, subject_token: caller.mandate, subject_token_type: JWT },
        ...{ actor_token: workloadOf(caller), actor_token_type: JWT, resource: refunds },
      }
      const reply = await send(formPost(url, form, `dpop: ${proofFor(caller, url)}\r\n`))
      const { access_token } = Token.parse(bodyOf(reply))
      tokens.push(access_token)
      if (tokens.length > 50) tokens.shift()
      return jtiOf(access_token)
    },
    introspect: async () => {
      const token = tokens.at(-1)
      if (!token) return 'skipped'
      const claims = { iss: refunds, sub: refunds, aud: issuer, jti: randomUUID() }
      const header = { kid: client.privateJwk.kid }
      const assertion = signJwt(header, { ...claims, iat: epoch(), exp: epoch() + 60 }, serverKey)
      const form = { token, client_assertion_type: CLIENT_ASSERTION, client_assertion: assertion }
      const reply = await send(formPost(`${issuer}/oauth/introspect`, form))
      if (!z.object({ active: z.literal(true) }).safeParse(bodyOf(reply)).success)
        throw new Error('A live token is not active.')
    },
    close,
  }
}
