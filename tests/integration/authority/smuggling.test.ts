import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { buildWorld } from '@/tests/harness/world'

// V4.2.1. Where a request ends is said once, or the connection is over: nobody's second request hides in a body.

let db: FreshDatabase
let authority: TestAuthority
beforeAll(async () => {
  db = await freshDatabase()
  await buildWorld()
  authority = await serveAuthority()
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})

/** Everything that comes back for these bytes until the other side has closed. */
const answersTo = (bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(authority.issuer)
    let said = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('utf8').on('data', (part: string) => {
      said += part
    })
    socket.on('close', () => resolve(said))
    socket.on('error', reject)
  })

const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'
const post = (head: readonly string[], body: string) =>
  ['POST /oauth/token HTTP/1.1', 'Host: a', ...head, '', body].join('\r\n')
const length = `Content-Length: ${HIDDEN.length + 5}`

test.each([
  ['a length beside chunks', [length, 'Transfer-Encoding: chunked']],
  ['chunks beside a length', ['Transfer-Encoding: chunked', length]],
  ['two lengths', ['Content-Length: 5', length]],
  ['a length with a sign', ['Content-Length: +5']],
  ['chunks that are not last', ['Transfer-Encoding: chunked, identity']],
  ['a blank before the colon', ['Transfer-Encoding : chunked']],
  ['a folded header', ['X-A: b', ' Content-Length: 5']],
])('%s is refused, and what hides behind it is never answered', async (_, head) => {
  const said = await answersTo(post(head, `0\r\n\r\n${HIDDEN}`))
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
})

test('two requests in one go are two', async () => {
  const said = await answersTo(`GET /first HTTP/1.1\r\nHost: a\r\n\r\n${HIDDEN}`)
  // Another name than its own, which demo mode refuses; it is two answers that count.
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 421', 'HTTP/1.1 421'])
})
