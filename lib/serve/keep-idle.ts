import type { Server } from 'node:http'

// Proxies keep a connection that rests for about a minute.
const IDLE_MS = 75_000

/** Keeps resting connections longer than a proxy does. Closed here first, they swallow the request that is on its way. */
export function keepIdle(server: Server): void {
  server.keepAliveTimeout = IDLE_MS
}
