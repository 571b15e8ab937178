import { z } from 'zod'
import { EXAMPLE_HEADER, exampleClaims } from '@/lib/credentials/example-claims'
import { findAgent } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findScopes } from '@/lib/data/scopes'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { agentIdentity } from '@/lib/domain/agent'
import { lifetimeOf } from '@/lib/domain/credential'
import { AgentId, ResourceServerId, ScopeId } from '@/lib/domain/ids'
import { scopeText } from '@/lib/domain/narrowing'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { settings } from '../facts/settings'

const MINUTES = 'Give a whole number of minutes.'
export const TryToken = z.object({
  serverId: ResourceServerId,
  agentId: z.string('Choose an agent.').pipe(AgentId),
  environment: z.string('Choose an environment.').max(100),
  scopeIds: z.array(ScopeId, 'Choose a scope.').min(1, 'Choose a scope.').max(64),
  minutes: z.coerce
    .number(MINUTES)
    .pipe(z.int(MINUTES).min(1, 'One minute at least.').max(1440, '1440 at most.')),
})
export type TryToken = z.infer<typeof TryToken>

/** Header and claims as JSON, to be read. There is no third part: it is not a token. */
export type TriedToken = { header: string; claims: string; scope: string; lasts: number }

const shown = (value: object) => JSON.stringify(value, null, 2)

/**
 * What an agent’s token for some scopes of a resource server would say. Nothing is issued, signed or asked of
 * policy: what leaves has no signature, and words where a token has its id, key, human, grant and status.
 */
export async function tryToken(actor: Actor, act: Act, input: TryToken): Promise<Result<TriedToken>> {
  const { tenantId, personId } = actor
  const [agent, offered, now] = await Promise.all([
    findAgent(tenantId, input.agentId),
    findScopes(input.scopeIds),
    databaseNow(),
  ])
  const here = offered.filter((one) => one.serverId === input.serverId && one.tenantId === tenantId)
  const scopes = here.toSorted((a, b) =>
    `${a.action} ${a.resource}`.localeCompare(`${b.action} ${b.resource}`),
  )
  const [first] = scopes
  if (!agent || !first || scopes.length < input.scopeIds.length) return refusal('not_found')
  if (!may(actor, 'server.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'server.try', 'not_allowed')))
  if (!agent.environments.includes(input.environment)) return refusal('environment_unknown')
  const lifetime = lifetimeOf(now, new Date(now.getTime() + input.minutes * 60_000))
  if (!lifetime) return refusal('not_found')
  const identity = agentIdentity(agent, input.environment)
  const claims = exampleClaims({ issuer: settings().issuer, identity, scopes, ...lifetime })
  const event = {
    type: 'server.tried',
    outcome: 'done',
    ...{ tenantId, humanId: personId, agentId: agent.id },
    data: { server: first.serverIdentifier, scope: scopeText(scopes), environment: input.environment },
  } as const
  const lasts = (lifetime.expires.getTime() - lifetime.issued.getTime()) / 1000
  const value = { header: shown(EXAMPLE_HEADER), claims: shown(claims), scope: scopeText(scopes), lasts }
  return commit(act, done(value, event))
}
