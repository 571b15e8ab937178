import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetchJson } from '@/lib/signals/fetch-json'

const ANSWERS: Readonly<Record<string, (response: http.ServerResponse) => void>> = {
  '/keys': (response) => response.end('{"keys":[]}'),
  '/redirect': (response) => response.writeHead(302, { location: '/keys' }).end(),
  '/broken': (response) => response.writeHead(500).end('{}'),
  '/twice': (response) => response.end('{"a":1,"a":2}'),
  '/long': (response) => response.end(`{"a":"${'x'.repeat(300_000)}"}`),
  '/silent': () => {},
}
const server = http.createServer((request, response) => ANSWERS[request.url ?? '']?.(response))
let port = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = (path: string, loopback = true, longestMs = 10_000) =>
  fetchJson({
    url: new URL(`http://127.0.0.1:${port}${path}`),
    permit: { inside: [], loopback },
    longestMs,
  })

it('gets a document', async () => {
  expect(await get('/keys')).toEqual({ ok: true, value: { keys: [] } })
})

it.each(['/redirect', '/broken', '/twice', '/long'])('takes nothing from %s', async (path) => {
  expect(await get(path)).toMatchObject({ ok: false })
})

it('waits no longer than agreed for one that says nothing', async () => {
  expect(await get('/silent', true, 300)).toMatchObject({ ok: false })
})

it('A40: asks no address that may not be called', async () => {
  expect(await get('/keys', false)).toMatchObject({ ok: false })
})
