import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { watchRequests } from '@/lib/ops/console/requests'
import { drainable } from '@/lib/serve/drain'
import { gather } from '@/lib/serve/gather'
import { openLog } from '@/lib/serve/log'
import { openMetrics } from '@/lib/serve/metrics'
import { whenClosed } from '@/lib/serve/when-closed'

/** Asks a server once and takes it down. */
async function askOnce(answer: RequestListener, prepare: (server: Server) => unknown = () => {}) {
  const server = createServer(answer)
  prepare(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

test('the console hangs one listener on an answer, which leaves Next room for its own', async () => {
  const figures = { readTrailHead: async () => 0, readConnections: () => ({ open: 0, idle: 0, waiting: 0 }) }
  const lines: string[] = []
  const log = openLog(
    'console',
    new Writable({ write: (chunk, _, done) => done(void lines.push(String(chunk))) }),
  )
  const watch = { log, metrics: openMetrics('console', figures), routeOf: () => '/' }
  let listeners = 0
  const answer = watchRequests(watch, (_, response) => {
    gather(response)
    listeners = response.listenerCount('close')
    response.end('done')
  })
  await askOnce(answer, drainable)
  expect(listeners).toBe(1)
  expect(lines.filter((line) => line.includes('"msg":"request"'))).toHaveLength(1)
})

test('all that waits for the end of an answer is done, in the order it was asked for', async () => {
  const done: string[] = []
  await askOnce((_, response) => {
    for (const name of ['first', 'second', 'third']) whenClosed(response, () => done.push(name))
    response.end()
  })
  expect(done).toEqual(['first', 'second', 'third'])
})
