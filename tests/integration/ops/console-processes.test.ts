import { get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { until } from '@/lib/ops/supervision/ready'
import { freePorts } from '@/tests/harness/ports.mjs'
import { type LoggedLine, type ServerProcess, startServer } from '@/tests/harness/server-process'

const PATIENCE_MS = 180_000
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const PROCESSES = 3
const script = fileURLToPath(new URL('./toys/crowd.ts', import.meta.url))
let server: ServerProcess
let url: string
let metricsUrl: string
const seen = new Set<number>()

async function start(...habit: string[]) {
  const port = await freePorts(2)
  url = `http://127.0.0.1:${port}/`
  metricsUrl = `http://127.0.0.1:${port + 1}/metrics`
  const args = [String(port), String(port + 1), String(PROCESSES), ...habit]
  server = await startServer(['--import', 'tsx', script, ...args], process.env)
}

// A line of which only a part has come yet does not end so.
const listening = (): LoggedLine[] =>
  server
    .rawLines()
    .filter((line) => line.endsWith('"msg":"listening"}'))
    .map((line) => JSON.parse(line))
const allListen = (count: number) =>
  until(`${count} processes`, async () => listening().length >= count, PATIENCE_MS)

async function startAll() {
  await start()
  await allListen(PROCESSES)
  for (const { pid } of listening()) seen.add(Number(pid))
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const allGone = () => until('the end of all', async () => ![...seen].some(isAlive), PATIENCE_MS)

afterEach(async () => {
  // First, for one that hangs keeps the leader's output open.
  for (const pid of seen) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await server.end('SIGKILL')
  seen.clear()
})

type Who = { pid: number; place: string }

/** One call on a connection of its own. `begun` when the server has taken it. */
function ask(path = '') {
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const answered = new Promise<Who>((resolve, reject) => {
    const request = get(`${url}${path}`, { agent: false }, (response) => {
      begin()
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('close', () =>
        response.complete ? resolve(JSON.parse(text)) : reject(new Error('ECONNRESET')),
      )
    })
    request.once('error', reject)
  })
  return { begun, answered }
}

/** Asks again when what answered was killed meanwhile, as a browser does; a shut door is a fault. */
const asked = (): Promise<Who> =>
  ask().answered.catch((fault: Error) => {
    if (/ECONNRESET|EPIPE|hang up/.test(fault.message)) return asked()
    throw fault
  })

it('processes that are killed under requests are replaced in their place, and every request is answered', async () => {
  await startAll()
  const callers = { isOver: false, answers: 0 }
  const crowd = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!callers.isOver) {
        await asked()
        callers.answers += 1
      }
    }),
  )
  for (const { pid } of listening().slice(0, PROCESSES)) {
    const before = listening().length
    process.kill(Number(pid), 'SIGKILL')
    await allListen(before + 1)
  }
  callers.isOver = true
  await crowd
  for (const { pid } of listening()) seen.add(Number(pid))
  const ended = server.lines().filter(({ msg }) => msg === 'process ended')
  expect(ended.map(({ replaced }) => replaced)).toEqual(Array(PROCESSES).fill(true))
  expect(new Set(listening().map(({ pid }) => pid)).size).toBe(2 * PROCESSES)
  expect(callers.answers).toBeGreaterThan(0)
})

it('one that hangs takes no connection: the others answer', async () => {
  await startAll()
  const [hung] = listening().map(({ pid }) => Number(pid))
  process.kill(hung ?? 0, 'SIGSTOP')
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask().answered))
  expect(answers.map(({ pid }) => pid)).not.toContain(hung)
  process.kill(hung ?? 0, 'SIGKILL')
  await allListen(PROCESSES + 1)
})

it.each([
  ['the leader is', false],
  ['all of them are at once', true],
])('when %s told to end, nobody is cut off and no process stays', async (_, tellsAll) => {
  await startAll()
  const held = Array.from({ length: 12 }, () => ask('hold'))
  await Promise.all(held.map(({ begun }) => begun))
  server.signal('SIGTERM')
  if (tellsAll) for (const pid of seen) process.kill(pid, 'SIGTERM')
  const pids = (await Promise.all(held.map(({ answered }) => answered))).map(({ pid }) => pid)
  expect([...seen]).toEqual(expect.arrayContaining(pids))
  expect(await server.ended).toEqual([0, null])
  await allGone()
  const drained = server.lines().filter(({ msg }) => msg === 'drained')
  expect(drained.map(({ cut }) => cut)).toEqual(Array(PROCESSES).fill(false))
})

it('no process stays when the leader is killed', async () => {
  await startAll()
  server.signal('SIGKILL')
  await server.ended
  await allGone()
})

it('processes that cannot start end the whole, which says so', async () => {
  await start('broken')
  expect(await server.ended).toEqual([1, null])
  const ended = server.lines().filter(({ msg }) => msg === 'process ended')
  expect(ended.some(({ replaced }) => replaced === false)).toBe(true)
})

it('the figures of all are shown together', async () => {
  await startAll()
  await Promise.all(Array.from({ length: 20 }, () => ask().answered))
  const text = await (await fetch(metricsUrl)).text()
  expect(text).toMatch(/^countersign_http_requests_total\{.*service="console".*\} 20$/m)
  expect(text).toMatch(/^countersign_trail_entries\{service="console"\} 7$/m)
  expect(text).toMatch(/^countersign_database_connections\{state="open",service="console"\} 6$/m)
})
