import type { Server, ServerResponse } from 'node:http'
import { underWay } from '@/lib/domain/under-way'
import { beginDraining, isDraining } from './draining'
import { whenClosed } from './when-closed'

// Long enough for whoever asks every second to hear `503` of /readyz before the door is shut.
const NOTICE_MS = 1000
const WITHIN_MS = 10_000

export type Drain = () => Promise<'drained' | 'cut'>

/**
 * Makes a server that can leave without cutting anybody off. On drain it is first not ready but still answers, each
 * answer with `Connection: close`; then nobody new gets in; then it waits for the answers that are under way. Past ten
 * seconds it cuts what is left and says so.
 */
export function drainable(server: Server): Drain {
  const answering = underWay<ServerResponse>()
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isDraining()) closeAfter(response)
    const place = answering.begin(response)
    whenClosed(response, () => {
      answering.end(place)
      if (isDraining()) server.closeIdleConnections()
    })
  })
  return async () => {
    beginDraining()
    for (const response of answering.all()) closeAfter(response)
    const deadline = Date.now() + WITHIN_MS
    await new Promise((resolve) => setTimeout(resolve, NOTICE_MS))
    const closed = new Promise<'drained'>((resolve) => server.close(() => resolve('drained')))
    server.closeIdleConnections()
    const late = new Promise<'cut'>((resolve) => {
      setTimeout(() => resolve('cut'), deadline - Date.now()).unref()
    })
    const how = await Promise.race([closed, late])
    server.closeAllConnections()
    return how
  }
}

/** An answer that has not begun tells its caller to come back on another connection. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}
