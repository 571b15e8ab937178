import type { Server } from 'node:http'

/**
 * Hears every header of a request: beyond about 1,000 Node drops the rest, and the last are what a proxy of ours says, so
 * whoever sends many could hide where they come from. Their bytes are bounded in any case (`--max-http-header-size`).
 */
export function hearAllHeaders(server: Server): void {
  server.maxHeadersCount = 0
}
