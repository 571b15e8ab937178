import { KeyObject, randomUUID } from 'node:crypto'
import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { SERVERS } from '@/tests/harness/world'
import { type Line, type Measured, ms, quantile, spreadOf } from '../figures'
import type { Stage } from '../stage'
import { Connection, formPost } from '../wire'
import { type Caller, epoch, exchangeRequest, makeCallers, signJwt } from './callers'

const ROUNDS = 120
const GOAL_MS = 50
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Server = { issuer: string; key: KeyObject; kid: string }

/** A resource server's question about one token, authenticated by private_key_jwt. */
function question({ issuer, key, kid }: Server, token: string): string {
  const claims = { iss: SERVERS.tickets, sub: SERVERS.tickets, aud: issuer, jti: randomUUID() }
  const assertion = signJwt({ kid }, { ...claims, iat: epoch(), exp: epoch() + 60 }, key)
  const form = { token, client_assertion_type: CLIENT_ASSERTION, client_assertion: assertion }
  return formPost(`${issuer}/oauth/introspect`, form)
}

async function isActive(connection: Connection, request: string): Promise<boolean> {
  const { status, body } = await connection.send(request)
  if (status !== 200) throw new Error(`Introspection answered ${status}: ${body}`)
  return JSON.parse(body).active === true
}

async function tokenFor(connection: Connection, caller: Caller, issuer: string): Promise<string> {
  const texts = { mandate: caller.mandate(), workload: caller.workload() }
  const { status, body } = await connection.send(exchangeRequest(caller, `${issuer}/oauth/token`, texts))
  if (status !== 200) throw new Error(`The exchange answered ${status}: ${body}`)
  return JSON.parse(body).access_token
}

/** From a person's revocation to the first no that a resource server hears, on its next question. */
export async function measureRevocation(stage: Stage): Promise<Measured> {
  const { world, authority, served } = stage
  const { issuer, port } = authority
  const { privateKey, kid } = world.serverKeys.tickets
  const server = { issuer, kid, key: KeyObject.from(privateKey) }
  const actor = await findPersonActor(
    'https://idp.example',
    'requester',
    newId('SignInId'),
    await databaseNow(),
  )
  if (!actor) throw new Error('There is no requester.')
  const act = { via: 'console', humanId: actor.personId, signInId: actor.signInId } as const
  const callers = await makeCallers(world, { issuer, secret: served.secret, count: ROUNDS })
  const connection = new Connection(port)
  const [refused, whole]: [number[], number[]] = [[], []]
  for (const caller of callers) {
    const token = await tokenFor(connection, caller, issuer)
    const [before, after] = [question(server, token), question(server, token)]
    if (!(await isActive(connection, before))) throw new Error('A live token is not active.')
    const began = performance.now()
    const revoked = await revokeGrant(actor, act, { grantId: caller.grantId, reason: '' })
    const committed = performance.now()
    if (!revoked.ok) throw new Error(`The revocation was refused: ${revoked.refusal.code}.`)
    if (await isActive(connection, after)) throw new Error('A revoked token is active.')
    refused.push(performance.now() - committed)
    whole.push(performance.now() - began)
  }
  connection.close()
  return {
    title: 'Revocation',
    conditions: [
      `${served.database}. ${ROUNDS} grants, each with a token that was active before; the question is asked over HTTP as soon as the revocation has committed in another process, and the answer must be no.`,
    ],
    lines: linesOf(refused, whole),
  }
}

function linesOf(refused: readonly number[], whole: readonly number[]): Line[] {
  const p99 = quantile(refused, 0.99)
  const pair = (values: readonly number[]) => `${ms(quantile(values, 0.5))} / ${ms(quantile(values, 0.99))}`
  return [
    {
      what: 'revocation committed to refusal by introspection, p50 / p99',
      figure: pair(refused),
      spread: spreadOf(refused, ms),
      goal: `p99 ≤ ${GOAL_MS} ms`,
      holds: p99 <= GOAL_MS,
    },
    {
      what: 'revocation asked for to refusal by introspection, p50 / p99',
      figure: pair(whole),
      spread: spreadOf(whole, ms),
    },
  ]
}
