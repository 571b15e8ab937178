import { BoundedMap } from './bounded-map'

/** No proof is believed longer than this on the strength of an earlier look at it. */
export const KEPT_SECONDS = 60
const MAX_KEPT = 4096

/** How many proofs were asked about, and how many of them were known. */
export type ProofCounts = { asked: number; kept: number }

export type KeptProofs<T> = {
  find: (trust: object, hash: string, now: Date) => T | undefined
  keep: (trust: object, hash: string, now: Date, proof: T) => void
  counts: () => ProofCounts
}

/**
 * Proofs whose signature was verified, by the hash of their whole text (PROTOCOLS 3). `trust` is what they were
 * verified with: it is another object as soon as a key or a trust domain changes, and all that was kept under it is
 * gone. What time or a caller can change is never kept: whoever finds a proof here checks those again.
 */
export function keptProofs<T>(): KeptProofs<T> {
  const kept = new WeakMap<object, BoundedMap<string, { proof: T; until: number }>>()
  const counts: ProofCounts = { asked: 0, kept: 0 }
  return {
    counts: () => ({ ...counts }),
    find: (trust, hash, now) => {
      const found = kept.get(trust)?.get(hash)
      const proof = found && now.getTime() < found.until ? found.proof : undefined
      counts.asked += 1
      if (proof !== undefined) counts.kept += 1
      return proof
    },
    keep: (trust, hash, now, proof) => {
      const proofs = kept.get(trust) ?? new BoundedMap(MAX_KEPT)
      proofs.set(hash, { proof, until: now.getTime() + KEPT_SECONDS * 1000 })
      kept.set(trust, proofs)
    },
  }
}
