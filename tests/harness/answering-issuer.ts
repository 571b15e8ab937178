import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = { keys: readonly object[] } | { status: number } | 'another issuer' | 'nothing'

/** An issuer that answers as it is told: with keys, with a status, in the name of another, or not at all. */
export async function serveAnsweringIssuer() {
  let answer: Answer = { status: 503 }
  let asked = 0
  const server = createServer(({ url = '' }, response) => {
    const isDiscovery = url.endsWith('/openid-configuration')
    if (isDiscovery) asked += 1
    if (answer === 'nothing') return
    if (answer === 'another issuer') send(response, { issuer: 'https://other.example', jwks_uri: issuer })
    else if ('status' in answer) response.writeHead(answer.status).end()
    else send(response, isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: answer.keys })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const say = (next: Answer) => {
    answer = next
  }
  return { issuer, say, asked: () => asked, close }
}
export type AnsweringIssuer = Awaited<ReturnType<typeof serveAnsweringIssuer>>

const send = (response: ServerResponse, body: object) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
