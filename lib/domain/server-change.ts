import { z } from 'zod'
import { CHECKS } from './check-words'
import { CLEAN_LINE, visibleParts } from './clean-text'
import { OVERLAPS, Overlap, SecretHash, secretMark } from './client-secret'
import { counted } from './counted'
import { ResourceServerId, ScopeId } from './ids'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'
import { SENSITIVITIES, Sensitivity } from './sensitivity'

/** A public key, with its RFC 7638 thumbprint. */
const ClientKey = z.object({ jkt: z.string(), jwk: z.record(z.string(), z.json()) })

export const Checks = z.enum(['offline', 'introspection', 'asking'], 'Choose how it checks.')
export type Checks = z.infer<typeof Checks>

export const ServerName = CLEAN_LINE.min(1, 'Give the server a name.')
  .max(60, 'Keep the name under 60 characters.')
  .refine((name) => visibleParts(name).every(({ kind }) => kind === 'text'), 'Use visible characters only.')

// Compared to the letter with what tokens and callers say, and read by people: no look-alikes.
const ADDRESS = /^[a-z][a-z0-9+.-]*:[a-zA-Z0-9._:/-]{3,}$/
const Address = z.string().trim().max(300, 'Keep it under 300 characters.').regex(ADDRESS, {
  error: 'Give an address like https://tickets.example: letters, digits, dots, dashes, colons and slashes.',
})
export const Identifier = Address.regex(
  /^[^A-Z]*[^/A-Z]$/,
  'Use lower-case letters, and no slash at the end.',
)
export const Resource = Address
export const ServerType = z
  .string()
  .trim()
  .regex(
    /^[a-z][a-z0-9._-]{1,39}$/,
    'Use 2 to 40 lower-case letters, digits, dots and dashes, as in tickets.',
  )
export const Action = z.string().trim().max(60, 'Keep it under 60 characters.').min(1, 'Choose an action.')

const classification = {
  sensitivity: Sensitivity,
  dataDomain: z
    .string()
    .trim()
    .regex(
      /^[a-z][a-z0-9-]{1,39}$/,
      'Use 2 to 40 lower-case letters, digits and dashes, as in personal-data.',
    ),
  maxSeconds: z
    .int()
    .min(60)
    .max(24 * 60 * 60),
}
export const DataDomain = classification.dataDomain

/** A change of what can be asked for and how it is classified. Each is a proposal that a second administrator activates. */
export const ServerChange = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('server.add'), name: ServerName, identifier: Identifier, type: ServerType },
    ...{ checks: Checks, key: ClientKey.nullable(), secretHash: SecretHash.optional() },
  }),
  /** Without a key the one there is stays, or its secret. With one there is no secret any more. */
  z.object({
    ...{ kind: z.literal('server.set'), serverId: ResourceServerId },
    ...{ checks: Checks, key: ClientKey.nullable() },
  }),
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
  /** Its first client secret. It has a key no more. */
  z.object({ kind: z.literal('secret.make'), serverId: ResourceServerId, secretHash: SecretHash }),
  z.object({
    ...{ kind: z.literal('secret.rotate'), serverId: ResourceServerId, secretHash: SecretHash },
    keepSeconds: Overlap,
  }),
])
export type ServerChange = z.infer<typeof ServerChange>

const KINDS: ReadonlySet<string> = new Set(ServerChange.options.map(({ shape }) => shape.kind.value))
export const isServerChange = (change: { kind: string }): change is ServerChange => KINDS.has(change.kind)

export type Classification = { sensitivity: Sensitivity; dataDomain: string; maxSeconds: number }

/** How it is now, with the version that was read. Thumbprints stand for keys. */
export type ServerState = {
  name: string
  identifier: string
  checks: Checks
  key: string | null
  /** The mark of its client secret. One server has a key or a secret, never both. */
  secret: string | null
  rev: number
}

export type ServerFacts = {
  server: ServerState | null
  scope: (Classification & { action: string; resource: string }) | null
  /** The identifier is somebody’s, or the scope is offered already. */
  isTaken: boolean
}

const proofWords = ({ key, secret }: Pick<ServerState, 'key' | 'secret'>) => {
  if (key) return `key ${key}`
  return secret ? `client secret ${secret}` : 'no key'
}

const serverWords = ({ checks, ...proof }: Pick<ServerState, 'checks' | 'key' | 'secret'>) =>
  `${CHECKS[checks]}; ${proofWords(proof)}`

export const classWords = ({ sensitivity, dataDomain, maxSeconds }: Classification) =>
  `${SENSITIVITIES[sensitivity]} sensitivity; ${dataDomain}; at most ${maxSeconds / 60} minutes`

const changed = (of: string, before: string, after: string, rev: number): Result<Effect> =>
  before === after ? refusal('nothing_to_change') : { ok: true, value: { of, before, after, falls: [], rev } }

const NO_KEY = 'It proves itself with a key when it asks. Paste its public key.'

function setServer(
  { checks, key }: Extract<ServerChange, { kind: 'server.set' }>,
  server: ServerState,
): Result<Effect> {
  const after = { checks, key: key?.jkt ?? server.key, secret: key ? null : server.secret }
  if (checks !== 'offline' && !after.key && !after.secret)
    return refusal('invalid', { fields: { key: NO_KEY } })
  return changed(`Server ${server.name}`, serverWords(server), serverWords(after), server.rev)
}

function addServer(change: Extract<ServerChange, { kind: 'server.add' }>, isTaken: boolean): Result<Effect> {
  const { name, identifier, type, checks, key, secretHash } = change
  if (isTaken) return refusal('server_exists')
  if (checks !== 'offline' && !key && !secretHash) return refusal('invalid', { fields: { key: NO_KEY } })
  const proof = { key: key?.jkt ?? null, secret: secretHash ? secretMark(secretHash) : null }
  const after = `${identifier}, type ${type}; ${serverWords({ checks, ...proof })}`
  return changed(`Server ${name}`, 'none', after, 0)
}

type SecretChange = Extract<ServerChange, { kind: 'secret.make' | 'secret.rotate' }>

function setSecret(change: SecretChange, server: ServerState): Result<Effect> {
  const after = `client secret ${secretMark(change.secretHash)}`
  const isFirst = change.kind === 'secret.make'
  if (isFirst !== (server.secret === null)) return refusal(isFirst ? 'secret_exists' : 'secret_missing')
  const kept =
    isFirst || change.keepSeconds === 0 ? '' : `; the one before for ${OVERLAPS[change.keepSeconds]}`
  return changed(`Server ${server.name}`, proofWords(server), `${after}${kept}`, server.rev)
}

/** What a change of a resource server or its scopes comes to, or why it cannot be made. */
export function serverEffect(change: ServerChange, { server, scope, isTaken }: ServerFacts): Result<Effect> {
  if (change.kind === 'server.add') return addServer(change, isTaken)
  if (!server) return refusal('not_found')
  if (change.kind === 'server.set') return setServer(change, server)
  if (change.kind === 'secret.make' || change.kind === 'secret.rotate') return setSecret(change, server)
  if (change.kind === 'scope.add') {
    if (isTaken) return refusal('scope_exists')
    // A server speaks for what lies below its identifier, and for nothing of another one.
    if (!isAt(change.resource, server.identifier))
      return refusal('invalid', {
        fields: { resource: `Give an address that begins with ${server.identifier}/.` },
      })
    return changed(`Scope ${change.action} on ${change.resource}`, 'none', classWords(change), server.rev)
  }
  if (change.kind === 'server.remove')
    return changed(`Server ${server.name}`, serverWords(server), 'removed, with its scopes', server.rev)
  if (!scope) return refusal('not_found')
  const of = `Scope ${scope.action} on ${scope.resource}`
  if (change.kind === 'scope.retire') return changed(of, classWords(scope), 'retired', server.rev)
  return changed(of, classWords(scope), classWords(change), server.rev)
}

const isAt = (resource: string, identifier: string) =>
  resource === identifier || resource.startsWith(`${identifier}/`)

/** How many waiting requests and live grants hold a scope, or anything of a server. */
export type Holders = { requests: number; grants: number }

/** What a change leaves as it is. */
export function keptWords(
  kind: 'server.set' | 'scope.set',
  { requests, grants }: Holders = { requests: 0, grants: 0 },
): string {
  const held = `${counted(requests, 'waiting request')} and ${counted(grants, 'live grant')}`
  return kind === 'scope.set'
    ? `It counts for requests filed from then on. ${held} keep the classification they were asked with.`
    : `A new key counts at once. Uses are counted from then on for new requests; ${held} stay as they were asked for.`
}

/** What a new secret means before it is in force. */
export const secretWords = (kind: 'secret.make' | 'secret.rotate'): string =>
  kind === 'secret.make'
    ? 'Only who proposed it has seen it. A key the server has counts no more once this is in force.'
    : 'Only who proposed it has seen it. A still older secret ends at once: no more than two ever serve.'

/** What policy says of a whole request, in a few words. */
export const verdictWords = ({
  verdict,
  stages,
}: {
  verdict: 'allowed' | 'held' | 'refused'
  stages: readonly { name: string; quorum: number }[]
}): string => {
  if (verdict === 'allowed') return 'allowed at once'
  if (verdict === 'refused') return 'refused by policy'
  return `needs ${stages.map(({ name, quorum }) => `${name} (${quorum})`).join(', ')}`
}
