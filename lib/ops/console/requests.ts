import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Log } from '@/lib/serve/log'
import type { Metrics } from '@/lib/serve/metrics'
import { plain } from '@/lib/serve/plain'
import { referenceOf, underReference } from '@/lib/serve/reference'
import { whenClosed } from '@/lib/serve/when-closed'
import type { RouteOf } from './routes'

export type Watch = { log: Log; metrics: Metrics; routeOf: RouteOf }

const MOST_PATH = 2048

const pathOf = ({ url = '/' }: IncomingMessage) => (url.split('?', 1)[0] ?? '/').slice(0, MOST_PATH)

/** Gives every request of the console a reference, under which it is answered, and writes its line. */
export function watchRequests({ log, metrics, routeOf }: Watch, answer: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const sent = request.headers['x-request-id']
    const reference = referenceOf(typeof sent === 'string' ? sent : undefined)
    const started = performance.now()
    response.setHeader('X-Request-ID', reference)
    whenClosed(response, () => {
      const ms = Math.round((performance.now() - started) * 10) / 10
      const [method, route] = [plain(request.method ?? ''), plain(routeOf(pathOf(request)))]
      const isCut = response.writableFinished ? {} : { cut: true }
      const status = response.statusCode
      log.note('info', 'request', { reference, method, route, status, ms, ...isCut })
      metrics.answered({ route, status, seconds: ms / 1000 })
    })
    underReference(reference, () => answer(request, response))
  }
}
