import type { ActClaim } from '@/lib/domain/agent'
import { epochSeconds } from '@/lib/domain/jwt-time'
import { detailsOf, scopeText } from '@/lib/domain/narrowing'
import type { Scope } from '@/lib/domain/scope'
import { type StatusPlace, statusListUri } from '@/lib/domain/status-list'
import type { Cap } from '@/lib/domain/uses'
import type { TaskTokenClaims } from './token-claims'

/** What a token for a resource server is made of. */
export type TaskToken = {
  issuer: string
  /** What the agent is called in credentials. */
  identity: string
  /** The same with each agent that handed the grant on inside it. Left out: nobody did. */
  act?: ActClaim
  humanId: string
  grant: { id: string; requestId: string; uses: Cap; status: StatusPlace | null }
  /** All of one resource server. */
  scopes: readonly Scope[]
  /** The token's own id. */
  id: string
  /** RFC 7638 thumbprint of the agent's key. */
  jkt: string
  issued: Date
  expires: Date
}

const statusOf = (issuer: string, place: StatusPlace | null) =>
  place ? { status: { status_list: { idx: place.idx, uri: statusListUri(issuer, place.list) } } } : {}

/** The claims of an access token (PROTOCOLS 3). "Try it" shows what this function makes, so no example differs from a token. */
export const taskClaims = (of: TaskToken): TaskTokenClaims => ({
  iss: of.issuer,
  aud: of.scopes[0]?.serverIdentifier ?? '',
  sub: of.humanId,
  client_id: of.identity,
  act: of.act ?? { sub: of.identity, sub_profile: 'ai_agent' },
  iat: epochSeconds(of.issued),
  exp: epochSeconds(of.expires),
  jti: of.id,
  cnf: { jkt: of.jkt },
  txn: of.grant.requestId,
  grant_id: of.grant.id,
  scope: scopeText(of.scopes),
  authorization_details: detailsOf(of.scopes, of.grant.uses),
  ...statusOf(of.issuer, of.grant.status),
})
