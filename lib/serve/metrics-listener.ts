import { createServer, type Server } from 'node:http'
import type { Metrics } from './metrics'

export type ShownFigures = Pick<Metrics, 'text' | 'contentType'>

const HOST = '127.0.0.1'

/** Serves `GET /metrics` on loopback and nothing else: figures are for whoever runs this, not for its callers. */
export async function listenForMetrics(metrics: ShownFigures, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    const isAsked = request.method === 'GET' && request.url === '/metrics'
    if (!isAsked) return void response.writeHead(404).end()
    const text = await metrics.text().catch(() => null)
    if (text === null) return void response.writeHead(503).end()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: HOST, port }, resolve)
  })
  return server
}
