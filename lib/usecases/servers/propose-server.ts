import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { Overlap } from '@/lib/domain/client-secret'
import { ResourceServerId, ScopeId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import {
  Action,
  Checks,
  DataDomain,
  Identifier,
  Resource,
  type ServerChange,
  ServerName,
  ServerType,
} from '@/lib/domain/server-change'
import { newClientSecret } from '@/lib/identity/client-secret'
import { policyInForce } from '../facts/policy-in-force'
import { type Proposed, prepareProposal } from '../facts/propose'
import { Minutes, readKey, wrong } from '../facts/proposed-fields'
import { settings } from '../facts/settings'

const classification = {
  sensitivity: z.coerce
    .number('Choose a sensitivity.')
    .pipe(z.union([z.literal(1), z.literal(2), z.literal(3)], 'Choose a sensitivity.')),
  dataDomain: DataDomain,
  minutes: Minutes,
}
const checking = {
  checks: Checks,
  key: z.string().trim().max(8192, 'This is too long for a public key.').default(''),
}

export const ProposeServer = z.discriminatedUnion('kind', [
  z.object({
    ...{
      kind: z.literal('server.add'),
      name: ServerName,
      identifier: Identifier,
      type: ServerType,
      proof: z.enum(['key', 'secret'], 'Choose how it authenticates.').default('key'),
      ...checking,
    },
  }),
  z.object({ kind: z.literal('server.set'), serverId: ResourceServerId, ...checking }),
  z.object({
    ...{ kind: z.literal('scope.add'), serverId: ResourceServerId, action: Action, resource: Resource },
    ...classification,
  }),
  z.object({
    ...{ kind: z.literal('scope.set'), serverId: ResourceServerId, scopeId: ScopeId },
    ...classification,
  }),
  z.object({ kind: z.literal('scope.retire'), serverId: ResourceServerId, scopeId: ScopeId }),
  z.object({ kind: z.literal('server.remove'), serverId: ResourceServerId }),
  z.object({ kind: z.literal('secret.make'), serverId: ResourceServerId }),
  z.object({
    ...{ kind: z.literal('secret.rotate'), serverId: ResourceServerId },
    keepSeconds: z.coerce.number('Choose how long the secret before still serves.').pipe(Overlap),
  }),
])
export type ProposeServer = z.infer<typeof ProposeServer>

/** `secret` is shown this once, to who proposes it: only its hash goes on. */
export type ProposedServer = Proposed & { secret: string | null }

/** Proposes a resource server, how it checks and proves itself, or a scope and how it is classified, to the other administrators. */
export async function proposeServer(
  actor: Actor,
  act: Act,
  input: ProposeServer,
): Promise<Result<ProposedServer>> {
  if (!may(actor, 'server.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'server.put', 'not_allowed')))
  const made = needsSecret(input) ? newClientSecret() : null
  const change = await changeOf(input, made?.secretHash ?? null)
  if (!change.ok) return change
  const prepared = await prepareProposal(actor, change.value)
  if (!prepared.ok) return prepared
  const { value } = prepared
  const proposed = await commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
  return proposed.ok ? { ok: true, value: { ...proposed.value, secret: made?.secret ?? null } } : proposed
}

const needsSecret = (input: ProposeServer) =>
  input.kind === 'secret.make' ||
  input.kind === 'secret.rotate' ||
  (input.kind === 'server.add' && input.proof === 'secret')

async function changeOf(input: ProposeServer, secretHash: string | null): Promise<Result<ServerChange>> {
  if ('minutes' in input) return scopeChange(input)
  if (input.kind === 'secret.make' || input.kind === 'secret.rotate')
    return secretHash ? { ok: true, value: { ...input, secretHash } } : refusal('invalid')
  if (input.kind === 'scope.retire' || input.kind === 'server.remove') return { ok: true, value: input }
  const key = input.key && !secretHash ? readKey(input.key) : null
  if (key && !key.ok) return key
  const { checks } = input
  const checking = { checks, key: key ? key.value : null }
  if (input.kind === 'server.set')
    return { ok: true, value: { kind: input.kind, serverId: input.serverId, ...checking } }
  const { kind, name, identifier, type } = input
  // Tokens for a server must never be taken for an agent's own at our door.
  if (isOurs(identifier)) return wrong('identifier', 'This is us. Give the address of the server.')
  const secret = secretHash ? { secretHash } : {}
  return { ok: true, value: { kind, name, identifier, type, ...checking, ...secret } }
}

function isOurs(identifier: string): boolean {
  const { issuer } = settings()
  return identifier === issuer || identifier.startsWith(`${issuer}/`)
}

type ScopeInput = Extract<ProposeServer, { minutes: number }>

async function scopeChange({ minutes, ...input }: ScopeInput): Promise<Result<ServerChange>> {
  if (input.kind === 'scope.add' && !(await policyInForce()).actions.get(input.action)?.isOfAgents)
    return wrong(
      'action',
      'The policy set in force has no such action of agents, so it would refuse it always.',
    )
  return { ok: true, value: { ...input, maxSeconds: minutes * 60 } }
}
