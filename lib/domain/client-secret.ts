import { z } from 'zod'
import type { Actor } from './access'
import type { TrailEvent } from './events'
import type { ResourceServerId } from './ids'

/** So that whoever finds one, a person or a scanner, knows what it is. */
export const SECRET_PREFIX = 'countersign_secret_'

/** The SHA-256 of a client secret in base64url. The secret itself is shown once and stored nowhere. */
export const SecretHash = z.string().regex(/^[\w-]{43}$/)

const HOUR_SECONDS = 3600

/** How long the secret before still serves beside a new one. */
export const OVERLAPS = {
  0: 'Ends at once',
  [HOUR_SECONDS]: '1 hour',
  [24 * HOUR_SECONDS]: '24 hours',
  [7 * 24 * HOUR_SECONDS]: '7 days',
} as const satisfies Record<number, string>
export const OVERLAP_SECONDS = 24 * HOUR_SECONDS

export const Overlap = z.union(
  [z.literal(0), z.literal(HOUR_SECONDS), z.literal(24 * HOUR_SECONDS), z.literal(7 * 24 * HOUR_SECONDS)],
  'Choose how long the secret before still serves.',
)
export type Overlap = z.infer<typeof Overlap>

/** What people tell secrets apart by: the first characters of the hash, from which nothing follows. */
export const secretMark = (hash: string): string => hash.slice(0, 8)

/** The secrets of a resource server as a page shows them: when, and never what. */
export type SecretState = {
  mark: string
  made: Date
  rotated: Date | null
  /** The one before, while it still serves. */
  old: { mark: string; ends: Date } | null
}

/** What is stored of a server's secrets. */
export type StoredSecrets = {
  secretHash: string | null
  secretMade: Date | null
  secretRotated: Date | null
  oldSecretHash: string | null
  oldSecretEnds: Date | null
}

/** The same as a page shows it at a time. Null where there is none. */
export function secretStateOf(
  { secretHash, secretMade, secretRotated, oldSecretHash, oldSecretEnds }: StoredSecrets,
  now: Date,
): SecretState | null {
  if (!secretHash || !secretMade) return null
  const isOldGood = oldSecretHash !== null && oldSecretEnds !== null && oldSecretEnds > now
  const old = isOldGood ? { mark: secretMark(oldSecretHash), ends: oldSecretEnds } : null
  return { mark: secretMark(secretHash), made: secretMade, rotated: secretRotated, old }
}

/** Secrets of a server were ended before their time. */
export const secretEndedEvent = (
  { tenantId, personId }: Pick<Actor, 'tenantId' | 'personId'>,
  server: { serverId: ResourceServerId; name: string },
  { mark, old }: SecretState,
  which: 'old' | 'all',
): TrailEvent => ({
  type: 'server.secret_ended',
  outcome: 'done',
  tenantId,
  humanId: personId,
  data: {
    serverId: server.serverId,
    server: server.name,
    before: [...(which === 'all' ? [mark] : []), ...(old ? [old.mark] : [])]
      .map((one) => `client secret ${one}`)
      .join(', '),
    after: which === 'all' ? 'none' : `client secret ${mark}`,
    by: personId,
  },
})
