import * as oauth from 'oauth4webapi'
import { callResource, converse, wire } from './wire.mjs'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'
const BY = 'the authority'

/** Finds the authority by its metadata (RFC 8414). */
export async function discover(issuer) {
  const url = new URL(issuer)
  const options = wire(issuer, absent(issuer), { algorithm: 'oauth2' })
  return converse(
    BY,
    () => oauth.discoveryRequest(url, options),
    (response) => oauth.processDiscoveryResponse(url, response),
  )
}

/** An agent's dealings with the authority: its own token, its grants, tokens for resource servers. */
export class Authority {
  #own

  constructor({ issuer, server, keys, identity }) {
    this.issuer = issuer
    this.server = server
    this.dpop = oauth.DPoP({}, keys)
    this.identity = identity
  }

  /** The agent's token for the authority itself: client_credentials with its workload identity. */
  async ownToken() {
    if (this.#own && this.#own.until > Date.now() + 30_000) return this.#own.token
    const { spiffeId, svid } = await this.identity()
    const client = { client_id: spiffeId }
    const authentication = (_server, { client_id }, body) => {
      body.set('client_id', client_id)
      body.set('client_assertion_type', JWT_SPIFFE)
      body.set('client_assertion', svid)
    }
    const parameters = { resource: this.issuer }
    const answer = await converse(
      BY,
      () =>
        oauth.clientCredentialsGrantRequest(this.server, client, authentication, parameters, this.#wire()),
      (response) => oauth.processClientCredentialsResponse(this.server, client, response),
    )
    this.#own = { token: answer.access_token, until: Date.now() + (answer.expires_in ?? 60) * 1000 }
    return answer.access_token
  }

  /** Trades the mandate for a token for one resource server (RFC 8693), bound to this agent's key. */
  async exchange({ mandate, resource, scope }) {
    const { spiffeId, svid } = await this.identity()
    const client = { client_id: spiffeId }
    const parameters = {
      subject_token: mandate,
      subject_token_type: JWT,
      actor_token: svid,
      actor_token_type: JWT,
      resource,
      ...(scope ? { scope } : {}),
    }
    return converse(
      BY,
      () =>
        oauth.genericTokenEndpointRequest(
          this.server,
          client,
          oauth.None(),
          TOKEN_EXCHANGE,
          parameters,
          this.#wire(),
        ),
      (response) => oauth.processGenericTokenEndpointResponse(this.server, client, response),
    )
  }

  async grants() {
    const { grants } = await this.#call('GET', '/grants')
    return Array.isArray(grants) ? grants : []
  }

  async mandateOf(grantId) {
    return (await this.#call('GET', `/grants/${encodeURIComponent(grantId)}/mandate`)).mandate
  }

  complete(grantId) {
    return this.#call('POST', `/grants/${encodeURIComponent(grantId)}/complete`)
  }

  async #call(method, path) {
    const url = new URL(`${this.issuer.replace(/\/$/, '')}${path}`)
    return callResource(BY, { token: await this.ownToken(), dpop: this.dpop, method, url })
  }

  #wire() {
    return wire(this.issuer, absent(this.issuer), { DPoP: this.dpop })
  }
}

function absent(issuer) {
  return `The authority at ${issuer} does not answer. Start it with npm start, then run this again.`
}
