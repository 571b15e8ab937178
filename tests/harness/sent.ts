import { newId } from '@/lib/data/new-id'
import type { JsonObject } from '@/lib/domain/json'
import {
  ISSUER,
  JWT,
  JWT_BEARER,
  JWT_SPIFFE,
  type makers,
  PATHS,
  type Sent,
  TOKEN_EXCHANGE,
  textOf,
} from './calls'
import { SERVERS, type TestWorld } from './world'

type Of = {
  world: TestWorld
  make: Awaited<ReturnType<typeof makers>>
  grant: { grantId: string; requestId: string }
}

/** The calls of an honest agent and an honest server, in which any text can be put in the place of another. */
export function senders({ world, make, grant }: Of) {
  const mandate = (over: JsonObject = {}) =>
    make.ownJwt('mandate+jwt', {
      ...{ iss: ISSUER, aud: ISSUER, sub: world.people.requester, may_act: { sub: make.identity } },
      ...{ jti: newId('CredentialId'), iat: make.seconds(), exp: make.seconds() + 1800 },
      ...{ txn: grant.requestId, grant_id: grant.grantId, ...over },
    })

  const asExchange = (texts: { mandate?: string; svid?: string; proof?: string } = {}): Sent => ({
    form: {
      ...{ grant_type: TOKEN_EXCHANGE, resource: SERVERS.tickets },
      ...{ subject_token_type: JWT, actor_token_type: JWT },
      subject_token: texts.mandate ?? textOf(mandate()),
      actor_token: texts.svid ?? textOf(make.svid()),
    },
    headers: { dpop: texts.proof ?? textOf(make.proof()) },
  })

  const asClient = (svid: string, proof = textOf(make.proof())): Sent => ({
    form: {
      ...{ grant_type: 'client_credentials', resource: ISSUER },
      ...{ client_assertion_type: JWT_SPIFFE, client_assertion: svid },
    },
    headers: { dpop: proof },
  })

  const asServer = (assertion: string, token = 'x'): Sent => ({
    path: PATHS.introspect,
    form: { client_assertion_type: JWT_BEARER, client_assertion: assertion, token },
  })

  const listing = (token: string, proof?: string): Sent => ({
    ...{ method: 'GET', path: '/grants' },
    headers: {
      authorization: `DPoP ${token}`,
      dpop: proof ?? textOf(make.proof('/grants', {}, token, 'GET')),
    },
  })

  return { mandate, asExchange, asClient, asServer, listing }
}
