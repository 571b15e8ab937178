import { z } from 'zod'

/** Where the bundle of a trust domain comes from, and how that goes. */
export type BundleSource = {
  /** An address, or a file of the operator's folder as `file:` and its name. Null: it was pasted. */
  url: string | null
  /** When it could last be fetched. */
  refreshed: Date | null
  problem: string | null
}

const FILE = 'file:'

/** A plain name, neither hidden nor a path: the folder it is in is the operator's to say. */
export const isBundleFileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(name)

export const fileSource = (name: string): string => `${FILE}${name}`

/** The name of the file a bundle is read from, or null when it is not. */
export const bundleFileOf = (source: string | null): string | null =>
  source?.startsWith(FILE) ? source.slice(FILE.length) : null

/** A bundle that cannot be fetched is believed this long after it last could be. */
export const BUNDLE_KEPT_SECONDS = 24 * 60 * 60

const HINT = { least: 60, most: 60 * 60, without: 5 * 60 } as const

/** How long to wait before it is fetched again: as it says itself (SPIFFE Trust Domain and Bundle §4.1.2), within reason. */
export const refreshSeconds = (hint: number | null): number =>
  Math.min(HINT.most, Math.max(HINT.least, hint ?? HINT.without))

/** How long to wait after it could not be fetched. */
export const RETRY_SECONDS = 60

/** A person may have one fetched so often at most: whoever is asked is not ours to bother. */
export const REFRESH_PAUSE_SECONDS = 10

/** What came of fetching one. */
export type Refreshing =
  | { kind: 'changed' | 'unchanged'; words: string }
  | { kind: 'failed'; problem: string }

/** The same in a sentence. */
export function refreshWords(came: Refreshing): string {
  if (came.kind === 'failed') return `It could not be had. ${came.problem}`
  return came.kind === 'changed' ? `It changed: ${came.words}.` : `Nothing changed: ${came.words}.`
}

/** When it is believed no more unless it can be fetched. Null for one that was pasted. */
export const believedUntil = ({ url, refreshed }: Omit<BundleSource, 'problem'>): Date | null =>
  url && refreshed ? new Date(refreshed.getTime() + BUNDLE_KEPT_SECONDS * 1000) : null

const Sequence = z.object({ spiffe_sequence: z.number() })

/** The number of a bundle, where it counts. */
export const sequenceOf = (bundle: unknown): number | null =>
  Sequence.safeParse(bundle).data?.spiffe_sequence ?? null

/**
 * A trust domain counts its bundles up (SPIFFE Trust Domain and Bundle §4.1.1): an older one holds keys it has taken back.
 * Once it counts, one without a number may be any of the older ones.
 */
export function isOlder(bundle: unknown, before: unknown): boolean {
  const [next, last] = [sequenceOf(bundle), sequenceOf(before)]
  return last !== null && (next === null || next < last)
}

const Keys = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional() })) })

/** "2 keys: a, b" */
export function keySetWords(jwks: unknown): string {
  const keys = Keys.safeParse(jwks).data?.keys ?? []
  const kids = keys.map(({ kid }) => kid ?? 'without a name').join(', ')
  return keys.length === 1 ? `1 key: ${kids}` : `${keys.length} keys: ${kids}`
}

function sourceWords(url: string): string {
  const file = bundleFileOf(url)
  return file === null ? `from ${url}` : `from the file ${file}`
}

/** "1 key: a; sequence 3; from https://spire.example/bundle" */
export function bundleWords({ bundle, url }: { bundle: unknown; url: string | null }): string {
  const sequence = sequenceOf(bundle)
  return [
    keySetWords(bundle),
    ...(sequence === null ? [] : [`sequence ${sequence}`]),
    ...(url === null ? [] : [sourceWords(url)]),
  ].join('; ')
}
