import { createHmac } from 'node:crypto'
import { BoundedMap } from '@/lib/domain/bounded-map'
import type { Secrets } from '@/lib/domain/secrets'
import { subkeys } from './subkey'

const WINDOW_SECONDS = 120
const MOST_WINDOWS = 9

/** The nonces of DPoP proofs: what every replica gives out now, and what each still takes. */
export type DpopNonces = {
  current: (now: Date) => string
  accepted: (now: Date) => readonly string[]
}

/**
 * Server nonces for DPoP (RFC 9449 §8): a keyed MAC over the time, in windows of two minutes. Replicas share them by
 * sharing the installation's secret, and nothing is stored. One is taken for two to four minutes after it was given out,
 * and the next one a window early, for clocks that differ. Those of a secret beside the own one are taken too.
 */
export function dpopNonces(secret: Secrets): DpopNonces {
  const [own, ...others] = subkeys(secret, 'dpop-nonce')
  const ownNonces = noncesUnder(own)
  const all = [ownNonces, ...others.map(noncesUnder)]
  const windowOf = (now: Date) => Math.floor(now.getTime() / 1000 / WINDOW_SECONDS)
  return {
    current: (now) => ownNonces(windowOf(now)),
    accepted: (now) => all.flatMap((nonceOf) => [0, -1, 1].map((away) => nonceOf(windowOf(now) + away))),
  }
}

function noncesUnder(key: Buffer): (window: number) => string {
  const known = new BoundedMap<number, string>(MOST_WINDOWS)
  return (window) => {
    const nonce = known.get(window) ?? createHmac('sha256', key).update(String(window)).digest('base64url')
    known.set(window, nonce)
    return nonce
  }
}
