import { z } from 'zod'
import { AuthorizationDetails } from '@/lib/domain/authorization-details'

/** No access token of ours lives longer, whatever its claims say. */
export const MAX_TOKEN_SECONDS = 60 * 60

const text = z.string().min(1).max(2048)

/** The agent that acts, outermost first (RFC 8693 §4.1). A child grant nests the agent it came from. */
const Actor = z.object({
  sub: text,
  iss: text.exactOptional(),
  sub_profile: z.literal('ai_agent'),
  get act() {
    return Actor.exactOptional()
  },
})
export type Actor = z.infer<typeof Actor>

const bound = {
  iss: text,
  aud: text,
  sub: text,
  client_id: text,
  iat: z.int().positive(),
  exp: z.int().positive(),
  jti: text,
  /** RFC 7638 thumbprint of the key the token is bound to (RFC 9449 §6.1). */
  cnf: z.object({ jkt: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This is not a SHA-256 thumbprint.') }),
}

const isBrief = ({ iat, exp }: { iat: number; exp: number }) => exp > iat && exp - iat <= MAX_TOKEN_SECONDS

/**
 * Claims of an access token for a resource server (PROTOCOLS 3; RFC 9068 §2.2, 8693 §4.1, 9396 §9.1, 9449 §6.1):
 * `sub` is the human, `act.sub` and `client_id` the agent, `aud` one resource server and never ourselves.
 */
export const TaskTokenClaims = z
  .object({
    ...bound,
    act: Actor,
    scope: z.string().min(1).max(4096),
    authorization_details: AuthorizationDetails,
    txn: text,
    grant_id: text,
    /** Where it is said that the grant is over (Token Status List §6). */
    status: z.object({ status_list: z.object({ idx: z.int().nonnegative(), uri: text }) }).exactOptional(),
  })
  .refine(isBrief, 'An access token ends within an hour.')
  .refine(({ iss, aud }) => aud !== iss, 'A token for a task is not for the authority.')
  .refine(({ act, client_id }) => act.sub === client_id, 'The acting agent is the client.')
export type TaskTokenClaims = z.infer<typeof TaskTokenClaims>

/** Claims of the agent's own token for the authority (PROTOCOLS 2): no human, no scope, `aud` = issuer. */
export const AgentTokenClaims = z
  .object({
    ...bound,
    /** The registered identity it was given for: it opens nothing once that is taken away. */
    identity_id: text,
    /** Whose that was, for the trail: it outlives the identity. */
    agent_id: text.exactOptional(),
    /** Where whoever was given it runs, as its identity vouched. One that an older server gave says nowhere. */
    environment: text.exactOptional(),
  })
  .refine(isBrief, 'An access token ends within an hour.')
  .refine(({ iss, aud }) => aud === iss, 'The own token of an agent is for the authority only.')
  .refine(({ sub, client_id }) => sub === client_id, 'The subject of the own token is the agent.')
export type AgentTokenClaims = z.infer<typeof AgentTokenClaims>
