import { type Agent, agentIdentity } from './agent'
import type { GrantId, MandateId, PersonId, RequestId } from './ids'
import { epochSeconds } from './jwt-time'

export type MandateTerms = {
  issuer: string
  id: MandateId
  grant: { id: GrantId; environment: string; expires: Date }
  requestId: RequestId
  requesterId: PersonId
  agent: Pick<Agent, 'id' | 'identities'>
  now: Date
}

/**
 * What a mandate says (PROTOCOLS 2). `sub` is the person's id here: opaque, and the same in every token. `may_act`
 * names the agent by its one canonical identity, so no two texts of one grant differ in it.
 */
export const mandateClaims = ({ issuer, id, grant, requestId, requesterId, agent, now }: MandateTerms) => ({
  iss: issuer,
  aud: issuer,
  sub: requesterId,
  may_act: { sub: agentIdentity(agent, grant.environment) },
  jti: id,
  iat: epochSeconds(now),
  exp: epochSeconds(grant.expires),
  txn: requestId,
  grant_id: grant.id,
})
