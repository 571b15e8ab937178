/** A version of the grounds that somebody has read: of what is decided on (`trail_head`). */
export type GroundsRev = string

/** All three: of everything that is decided on, of who is believed, of what was taken back. */
export type Revs = { groundsRev: GroundsRev; trustRev: GroundsRev; credentialsRev: GroundsRev }

/** Read with the rows themselves, in one statement: both are of one moment. */
export const GROUNDS_REV = '(select grounds_rev::text from trail_head where id = 1) as "groundsRev"'
export const CREDENTIALS_REV =
  '(select credentials_rev::text from trail_head where id = 1) as "credentialsRev"'
/** All of them, from the head itself. */
export const REVS = `select grounds_rev::text as "groundsRev", trust_rev::text as "trustRev",
  credentials_rev::text as "credentialsRev" from trail_head where id = 1`

export type KeptUnmoved<V> = {
  find: (key: string, rev: GroundsRev) => V | null
  /** What was read last, whatever has changed since: good to see whether it reads the same. */
  last: (key: string) => V | null
  keep: (key: string, rev: GroundsRev, value: V) => V
}

const MOST = 4096

/**
 * What was read of the grounds, by what it was looked up with and the version it was read under. It is exact for whoever
 * has read the same version since: everything that could make it otherwise moves that. Nothing in it may depend on time.
 */
export function keptUnmoved<V>(most = MOST): KeptUnmoved<V> {
  const kept = new Map<string, { rev: GroundsRev; value: V }>()
  return {
    find: (key, rev) => {
      const known = kept.get(key)
      return known?.rev === rev ? known.value : null
    },
    last: (key) => kept.get(key)?.value ?? null,
    keep: (key, rev, value) => {
      // As the grounds move, all that is kept is kept anew: that must not empty it.
      if (!kept.has(key) && kept.size >= most) kept.clear()
      kept.set(key, { rev, value })
      return value
    },
  }
}
