/** No proof is believed longer than this on the strength of an earlier look at it. */
export const KEPT_SECONDS = 60
const MAX_KEPT = 4096

export type KeptProofs<T> = {
  find: (trust: object, hash: string, now: Date) => T | undefined
  keep: (trust: object, hash: string, now: Date, proof: T) => void
}

/**
 * Proofs whose signature was verified, by the hash of their whole text (PROTOCOLS 3). `trust` is what they were
 * verified with: it is another object as soon as a key or a trust domain changes, and all that was kept under it is
 * gone. What time or a caller can change is never kept: whoever finds a proof here checks those again.
 */
export function keptProofs<T>(): KeptProofs<T> {
  const kept = new WeakMap<object, Map<string, { proof: T; until: number }>>()
  return {
    find: (trust, hash, now) => {
      const found = kept.get(trust)?.get(hash)
      return found && now.getTime() < found.until ? found.proof : undefined
    },
    keep: (trust, hash, now, proof) => {
      const proofs = kept.get(trust) ?? new Map()
      if (proofs.size >= MAX_KEPT) proofs.clear()
      proofs.set(hash, { proof, until: now.getTime() + KEPT_SECONDS * 1000 })
      kept.set(trust, proofs)
    },
  }
}
