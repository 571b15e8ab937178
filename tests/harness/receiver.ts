import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

export type Received = { id: string; body: string; isSigned: boolean; timestamp: number }

/** A receiver of webhooks on loopback, as somebody else would write it: it checks the signature itself. */
export async function startReceiver() {
  const received: Received[] = []
  let secret = ''
  let isOpen = true
  const isSigned = (id: string, timestamp: string, given: string, body: string) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const wanted = Buffer.from(
      `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
    )
    const got = Buffer.from(given)
    return got.length === wanted.length && timingSafeEqual(got, wanted)
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (!isOpen) return void response.writeHead(503).end()
      const header = (name: string) => String(request.headers[name] ?? '')
      const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
      const body = Buffer.concat(parts).toString('utf8')
      const signed = isSigned(id, timestamp, header('webhook-signature'), body)
      received.push({ id, body, isSigned: signed, timestamp: Number(timestamp) })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('The receiver has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    trust: (given: string) => {
      secret = given
    },
    open: (opens: boolean) => {
      isOpen = opens
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>
