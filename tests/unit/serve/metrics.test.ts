import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMetrics } from '@/lib/serve/metrics'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { freePort } from '@/tests/harness/ports.mjs'

let head: () => Promise<number> = async () => 41
const metrics = openMetrics('authority', {
  readTrailHead: () => head(),
  readConnections: () => ({ open: 3, idle: 2, waiting: 0 }),
  readProofs: () => ({ mandate: { asked: 5, kept: 4 } }),
  readAnswers: () => ({ asked: 7, kept: 2 }),
})
let server: Awaited<ReturnType<typeof listenForMetrics>>
let url: string
beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  server = await listenForMetrics(metrics, port)
})
afterAll(() => server.close())

const text = async () => (await fetch(`${url}/metrics`)).text()

test('the figures tell requests, refusals, entries, batches, the head and connections', async () => {
  metrics.answered({ route: '/oauth/token', status: 400, seconds: 0.02, reason: 'actor_mismatch' })
  metrics.committed({
    acts: 3,
    events: [
      { type: 'credential.issued', outcome: 'allowed' },
      { type: 'credential.issued', outcome: 'allowed' },
      { type: 'person.signed_in', outcome: 'done' },
    ],
  })
  const lines = (await text()).split('\n')
  for (const line of [
    'countersign_http_requests_total{route="/oauth/token",status="400",service="authority"} 1',
    'countersign_http_request_duration_seconds_bucket{le="0.025",service="authority",route="/oauth/token"} 1',
    'countersign_refusals_total{reason="actor_mismatch",service="authority"} 1',
    'countersign_trail_events_total{type="credential.issued",outcome="allowed",service="authority"} 2',
    'countersign_trail_events_total{type="person.signed_in",outcome="done",service="authority"} 1',
    'countersign_commit_acts_bucket{le="4",service="authority"} 1',
    'countersign_trail_entries{service="authority"} 41',
    'countersign_proofs_total{proof="mandate",kept="yes",service="authority"} 4',
    'countersign_proofs_total{proof="mandate",kept="no",service="authority"} 1',
    'countersign_answers_total{kept="yes",service="authority"} 2',
    'countersign_answers_total{kept="no",service="authority"} 5',
    'countersign_database_connections{state="open",service="authority"} 3',
  ])
    expect(lines).toContain(line)
  expect(lines.some((line) => line.startsWith('process_cpu_seconds_total'))).toBe(true)
})

test('a database that is away leaves the head at its last value and the rest in place', async () => {
  head = async () => {
    throw new Error('away')
  }
  expect(await text()).toContain('countersign_trail_entries{service="authority"} 41')
})

test('the listener is on loopback and has nothing but figures', async () => {
  expect(server.address()).toMatchObject({ address: '127.0.0.1' })
  expect((await fetch(`${url}/`)).status).toBe(404)
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404)
})
