import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSoundBody } from '@/lib/ops/console/body-limit'

const FORM = { 'content-type': 'multipart/form-data; boundary=b' }

// Answers what it was given to read, as the pages would.
const server = createServer(async (incoming, outgoing) => {
  const sound = await readSoundBody(incoming, outgoing)
  if (!sound) return
  const parts: Buffer[] = []
  for await (const part of sound) parts.push(part)
  const { method, url, headers } = sound
  const body = Buffer.concat(parts).toString('base64')
  outgoing.end(JSON.stringify({ method, url, own: headers['x-own'], body }))
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

/** Sends a body in these parts: with a length when it is one, else in chunks. */
function post(parts: readonly Buffer[], headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo
  const length = parts.length === 1 ? { 'content-length': String(parts[0]?.length) } : {}
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = { port, path: '/a?b=c', method: 'POST', agent: false }
    const sent = request({ ...options, headers: { 'x-own': '1', ...headers, ...length } })
    sent.once('response', async (answer: IncomingMessage) => {
      let text = ''
      for await (const part of answer.setEncoding('utf8')) text += part
      resolve({ status: answer.statusCode ?? 0, text })
    })
    sent.on('error', reject)
    for (const part of parts) sent.write(part)
    sent.end()
  })
}

const whole = (body: Buffer) =>
  JSON.stringify({ method: 'POST', url: '/a?b=c', own: '1', body: body.toString('base64') })

test('what is sound is read by whoever answers, to the byte, with or without a length', async () => {
  const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, at) => (at * 7) % 91))
  expect(await post([bytes])).toEqual({ status: 200, text: whole(bytes) })
  expect(await post([bytes.subarray(0, 70_000), bytes.subarray(70_000)])).toEqual({
    ...{ status: 200, text: whole(bytes) },
  })
  expect(await post([Buffer.alloc(0)])).toEqual({ status: 200, text: whole(Buffer.alloc(0)) })
})

test('what is too deep is 400, and what is too long without saying so is 413', async () => {
  const deep = Buffer.from('['.repeat(10_000))
  expect(await post([deep])).toEqual({ status: 400, text: expect.stringContaining('deeper than any form') })
  expect(await post([deep, deep], FORM)).toMatchObject({ status: 400 })
  const half = Buffer.alloc(120_000, 'a')
  expect(await post([half, half])).toEqual({ status: 413, text: expect.stringContaining('larger than any') })
})

test('fifty deep, as somebody may well write, is let through', async () => {
  const body = Buffer.from(`${'['.repeat(50)}${']'.repeat(50)}`)
  expect(await post([body])).toEqual({ status: 200, text: whole(body) })
})
