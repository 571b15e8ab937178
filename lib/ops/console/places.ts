const LEAST_CONNECTIONS = 2

/** What one of several processes is told: its place, and its share of the console's connections. */
export function environmentOf(place: number, count: number, poolSize: number): Record<string, string> {
  return {
    COUNTERSIGN_CONSOLE_PLACE: String(place),
    COUNTERSIGN_DATABASE_POOL: String(Math.max(LEAST_CONNECTIONS, Math.floor(poolSize / count))),
    // Of several connections that come together, others get theirs too.
    UV_TCP_SINGLE_ACCEPT: '1',
  }
}

/** What one process does for the whole console is done by the first, also by one that replaced it. */
export const isFirst = (): boolean => (process.env.COUNTERSIGN_CONSOLE_PLACE ?? '1') === '1'
