/** Which version of the grounds somebody has read: of all that a credential is decided on (`trail_head.grounds_rev`). */
export type GroundsRev = string

export type KeptUnmoved<V> = {
  find: (key: string, groundsRev: GroundsRev) => V | null
  /** What was read last, whatever has changed since: good to see whether it reads the same. */
  last: (key: string) => V | null
  keep: (key: string, groundsRev: GroundsRev, value: V) => V
}

const MOST = 4096

/**
 * What was read of the grounds, by what it was looked up with and the version it was read under. It is exact for whoever
 * has read the same version since: everything that could make it otherwise moves that. Nothing in it may depend on time.
 */
export function keptUnmoved<V>(most = MOST): KeptUnmoved<V> {
  const kept = new Map<string, { groundsRev: GroundsRev; value: V }>()
  return {
    find: (key, groundsRev) => {
      const known = kept.get(key)
      return known?.groundsRev === groundsRev ? known.value : null
    },
    last: (key) => kept.get(key)?.value ?? null,
    keep: (key, groundsRev, value) => {
      if (!kept.has(key) && kept.size >= most) kept.clear()
      kept.set(key, { groundsRev, value })
      return value
    },
  }
}

/** Read with the rows themselves, in one statement: both are of one moment. */
export const GROUNDS_REV = '(select grounds_rev::text from trail_head where id = 1) as "groundsRev"'
