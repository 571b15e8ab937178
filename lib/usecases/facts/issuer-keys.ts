import { z } from 'zod'
import type { IssuerAnswer } from '@/lib/domain/issuer-answer'
import { isAskedForKeys, type OidcIssuer } from '@/lib/domain/oidc-issuer'
import type { Permit } from '@/lib/domain/outgoing-address'
import { type JwksReading, readJwks } from '@/lib/identity/jwks'
import type { PublicJwk } from '@/lib/identity/public-jwk'
import { fetchJson } from '@/lib/signals/fetch-json'

/** Keys are asked for again after this time, and not believed any more after that one. */
const FRESH_MS = 10 * 60_000
const LONGEST_MS = 60 * 60_000
/** A token with a key nobody knows has the issuer asked, and so often at most: anybody can make one up. */
const COOLDOWN_MS = 30_000
/** Who looks at how an issuer answers has it asked again when the last answer is older than this. */
const LOOKED_AT_MS = 60_000

export type IssuerKeys = { ok: true; keys: readonly PublicJwk[] } | { ok: false; problem: string }

type Kept = {
  of: string
  keys: readonly PublicJwk[] | null
  /** What came of it when it was last asked. */
  last: { reading: JwksReading; at: Date } | null
  fetched: number
  tried: number
  asking: Promise<void> | null
}

// A cache of this process: what is kept is what any other would fetch.
const kept = new Map<string, Kept>()
const inline = new WeakMap<OidcIssuer, IssuerKeys>()

/**
 * The keys of an issuer: those it was configured with, or those it publishes (OpenID Connect Discovery §4), asked for again
 * when they are old and when a token was signed with one that is not among them. The same array for as long as they are the
 * same: what was verified with them is kept no longer than they are.
 */
export async function keysOfIssuer(
  by: OidcIssuer,
  { kid, now, permit }: { kid: string | null; now: Date; permit: Permit },
): Promise<IssuerKeys> {
  if (!isAskedForKeys(by)) return inlineKeys(by)
  const entry = entryOf(by)
  const at = now.getTime()
  const isOver = at - entry.fetched > LONGEST_MS
  const isUnknown = kid !== null && !entry.keys?.some((key) => key.kid === undefined || key.kid === kid)
  if (isOver) entry.keys = null
  const asking = at - entry.fetched > FRESH_MS || isUnknown ? refresh(by, entry, at, permit) : null
  // Those that are merely old are used while newer ones are on their way.
  if (asking && (isUnknown || entry.keys === null)) await asking
  return entry.keys ? { ok: true, keys: entry.keys } : { ok: false, problem: problemOf(entry) }
}

const problemOf = ({ last }: Kept) =>
  last && !last.reading.ok ? last.reading.problem : 'Its keys were not asked for yet.'

type Configured = Pick<OidcIssuer, 'id' | 'issuer' | 'rev' | 'jwks'>
type Asking = { now: Date; permit: Permit }

/** How an issuer answered when this process last asked it. When that is a while ago it is asked again, and nobody waits. */
export function answerOfIssuer(by: Configured, { now, permit }: Asking): IssuerAnswer {
  if (!isAskedForKeys(by)) return { kind: 'pasted', found: readJwks(by.jwks) }
  const entry = entryOf(by)
  const at = now.getTime()
  if (at - entry.tried > LOOKED_AT_MS) refresh(by, entry, at, permit)
  const { last, asking } = entry
  if (!last) return { kind: 'asking' }
  return { kind: 'asked', found: last.reading, at: last.at, isAsking: asking !== null }
}

/** Asks an issuer now, however fresh its last answer is. Who asks at the same time waits for the same answer. */
export async function askIssuer(by: Configured, { now, permit }: Asking): Promise<JwksReading> {
  const entry = entryOf(by)
  await (entry.asking ?? ask(by, entry, now.getTime(), permit))
  return entry.last?.reading ?? { ok: false, problem: problemOf(entry) }
}

function inlineKeys(by: OidcIssuer): IssuerKeys {
  const known = inline.get(by)
  if (known) return known
  const reading = readJwks(by.jwks)
  inline.set(by, reading)
  return reading
}

function entryOf({ id, issuer, rev }: Configured): Kept {
  const of = `${issuer} ${rev}`
  const known = kept.get(id)
  if (known?.of === of) return known
  const fresh = {
    ...{ of, keys: null, last: null, asking: null },
    ...{ fetched: Number.NEGATIVE_INFINITY, tried: Number.NEGATIVE_INFINITY },
  }
  kept.set(id, fresh)
  return fresh
}

function refresh(by: Configured, entry: Kept, at: number, permit: Permit): Promise<void> | null {
  if (entry.asking) return entry.asking
  return at - entry.tried < COOLDOWN_MS ? null : ask(by, entry, at, permit)
}

function ask({ issuer }: Configured, entry: Kept, at: number, permit: Permit): Promise<void> {
  entry.tried = at
  entry.asking = fetchKeys(issuer, permit).then((reading) => {
    entry.asking = null
    entry.last = { reading, at: new Date(at) }
    if (!reading.ok) return
    entry.fetched = at
    // What was verified with them stays verified when they are still the same.
    if (JSON.stringify(entry.keys) !== JSON.stringify(reading.keys)) entry.keys = reading.keys
  })
  return entry.asking
}

const Discovered = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) })

/** Asks an issuer for its keys: discovery, whose `issuer` has to be the very same text, then the key set it names. */
export async function fetchKeys(issuer: string, permit: Permit): Promise<JwksReading> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const document = await fetchJson({ url, permit })
  if (!document.ok)
    return { ok: false, problem: `Its discovery document cannot be fetched. ${document.problem}` }
  const discovered = Discovered.safeParse(document.value)
  if (!discovered.success) return { ok: false, problem: 'Its discovery document needs issuer and jwks_uri.' }
  if (discovered.data.issuer !== issuer)
    return { ok: false, problem: 'Its discovery document names another issuer.' }
  const jwks = await fetchJson({ url: new URL(discovered.data.jwks_uri), permit })
  return jwks.ok
    ? readJwks(jwks.value)
    : { ok: false, problem: `Its key set cannot be fetched. ${jwks.problem}` }
}
