import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { gather } from '@/lib/serve/gather'

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** What a caller reads of an answer, as it came over the wire. */
async function readRaw(answer: (response: ServerResponse) => Promise<unknown>, onData = (_: string) => {}) {
  const server = createServer((_, response) => {
    gather(response)
    void answer(response)
  })
  servers.push(server)
  let crossings = 0
  server.on('connection', (socket: Socket & Required<Pick<Duplex, '_write' | '_writev'>>) => {
    for (const name of ['_write', '_writev'] as const) {
      const cross = socket[name] as (...all: unknown[]) => void
      Object.assign(socket, {
        [name]: (...all: unknown[]) => {
          crossings += 1
          cross.apply(socket, all)
        },
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const piece of socket) {
    text += piece
    onData(text)
  }
  const at = text.indexOf('\r\n\r\n')
  return { head: text.slice(0, at), chunks: chunksOf(text.slice(at + 4)), crossings }
}

function chunksOf(body: string): string[] {
  const chunks: string[] = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.slice(at, end), 16)
    if (length === 0) break
    chunks.push(body.slice(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
  return chunks
}

test('pieces of several turns leave as one', async () => {
  const { chunks, crossings } = await readRaw(async (response) => {
    for (let piece = 0; piece < 12; piece += 1) {
      response.write(`${piece} `)
      await nextTurn()
    }
    response.end('end')
  })
  expect(chunks.join('')).toBe('0 1 2 3 4 5 6 7 8 9 10 11 end')
  expect(crossings).toBe(1)
})

test('what is there is not held back for what takes long', async () => {
  let seen: (value: unknown) => void = () => {}
  const first = new Promise((resolve) => {
    seen = resolve
  })
  const { chunks } = await readRaw(
    async (response) => {
      response.write('first')
      await first
      response.end('second')
    },
    (text) => text.includes('first') && seen(null),
  )
  expect(chunks).toEqual(['first', 'second'])
})

test('a large answer whose writer waits for room arrives whole, and does not wait for the clock each time', async () => {
  const piece = 'x'.repeat(10_000)
  const began = performance.now()
  const { chunks } = await readRaw(async (response) => {
    for (let sent = 0; sent < 200; sent += 1)
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve))
    response.end()
  })
  expect(chunks.join('').length).toBe(2_000_000)
  expect(performance.now() - began).toBeLessThan(2000)
})

test('an answer without a body, or with one of a known length, is as it was', async () => {
  const none = await readRaw(async (response) => response.writeHead(204).end())
  expect([none.head.split('\r\n')[0], none.chunks]).toEqual(['HTTP/1.1 204 No Content', []])
  const known = await readRaw(async (response) => {
    response.writeHead(200, { 'content-length': 4 })
    response.write('ab')
    response.end('cd')
  })
  expect(known.head).toContain('content-length: 4')
})
