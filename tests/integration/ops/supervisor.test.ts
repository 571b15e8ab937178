import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pristineDatabase } from '@/lib/ops/embedded/throwaway'
import { until } from '@/lib/ops/supervision/ready'
import { watchLateness } from '../../harness/lateness'
import { freePort } from '../../harness/ports.mjs'

// Everything here starts processes: a busy machine takes its time, and nothing waits longer than it must.
const PATIENCE_MS = 180_000
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const script = fileURLToPath(new URL('./toys/supervise.ts', import.meta.url))
const seen = new Set<number>()
let dir: string
let ports: number[]
let supervisor: ChildProcess
let output: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cs-'))
  await cp(await pristineDatabase(), join(dir, 'database'), { recursive: true })
  ports = await Promise.all([freePort(), freePort(), freePort()])
  seen.clear()
})

afterEach(async () => {
  for (const pid of [...seen, supervisor.pid ?? 0]) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await rm(dir, { recursive: true, force: true, maxRetries: 20 })
})

function start() {
  output = ''
  supervisor = spawn(process.execPath, ['--import', 'tsx', script, dir, ...ports.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream?.on('data', (text: Buffer) => {
      output += text.toString()
    })
  }
}

async function says(text: string) {
  const ended = () => supervisor.exitCode !== null
  await until(`"${text}"`, async () => output.includes(text) || ended(), PATIENCE_MS)
  expect(output).toContain(text)
}

const isAlive = (pid: number) => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Every process started so far, by name; a name's latest start counts. */
async function processes(): Promise<Map<string, number>> {
  const lines = (await readFile(join(dir, 'pids'), 'utf8').catch(() => '')).trim().split('\n')
  const found = new Map(lines.map((line) => line.split(' ')).map(([name, pid]) => [name ?? '', Number(pid)]))
  const lock = await readFile(join(dir, 'lock'), 'utf8').catch(() => null)
  if (lock) found.set('database', Number(JSON.parse(lock).pid))
  for (const pid of found.values()) seen.add(pid)
  return found
}

const allGone = () => until('the end of all', async () => ![...seen].some(isAlive), PATIENCE_MS)

describe('a running installation', () => {
  beforeEach(async () => {
    start()
    await says('all ready')
    await until('five processes', async () => (await processes()).size === 5, PATIENCE_MS)
  })

  it('leaves no process behind after ctrl-C, and the database ends last', async () => {
    supervisor.kill('SIGINT')
    expect(await once(supervisor, 'exit')).toEqual([0, null])
    await allGone()
    expect((await readFile(join(dir, 'ends'), 'utf8')).trim().split('\n').sort()).toEqual(
      ['authority', 'console refuses', 'vault'].sort(),
    )
    await expect(readFile(join(dir, 'lock'))).rejects.toThrow('ENOENT')
  })

  it('leaves no process behind when its supervisor is killed', async () => {
    supervisor.kill('SIGKILL')
    await once(supervisor, 'exit')
    await allGone()
  })

  it('starts a crashed process again within a second', async () => {
    const before = (await processes()).get('authority')
    const lateness = watchLateness()
    const since = Date.now()
    await fetch(`http://127.0.0.1:${ports[1]}/crash`).catch(() => null)
    await until('a new authority', async () => (await processes()).get('authority') !== before, PATIENCE_MS)
    const lines = (await readFile(join(dir, 'pids'), 'utf8')).trim().split('\n')
    const startedAt = Number(lines.findLast((line) => line.startsWith('authority '))?.split(' ')[2])
    expect(startedAt - since).toBeGreaterThan(0)
    expect(startedAt - since).toBeLessThan(lateness.allow(1_000))
    lateness.stop()
    supervisor.kill('SIGTERM')
    await once(supervisor, 'exit')
    await allGone()
  })

  it('starts a killed database again', async () => {
    const before = (await processes()).get('database') ?? 0
    process.kill(before, 'SIGKILL')
    await until('a new database', async () => (await processes()).get('database') !== before, PATIENCE_MS)
    supervisor.kill('SIGTERM')
    await once(supervisor, 'exit')
    await allGone()
  })

  it('leaves a demo server that stopped on purpose alone', async () => {
    await fetch(`http://127.0.0.1:${ports[2]}/leave`).catch(() => null)
    await says('stopped on purpose and stays stopped')
    supervisor.kill('SIGTERM')
    await once(supervisor, 'exit')
    expect((await readFile(join(dir, 'pids'), 'utf8')).match(/^vault /gm)).toHaveLength(1)
  })
})

describe('an installation that cannot start', () => {
  it('names a port in use and its variable', async () => {
    const other = createServer().listen(ports[1], '127.0.0.1')
    await once(other, 'listening')
    start()
    expect(await once(supervisor, 'exit')).toEqual([1, null])
    expect(output).toContain(`Port ${ports[1]} is in use by another program. Stop it, or set AUTHORITY_PORT`)
    other.close()
  })

  it('leaves no process behind when it is stopped midway', async () => {
    start()
    await until('the database', async () => (await processes()).has('database'), PATIENCE_MS)
    supervisor.kill('SIGTERM')
    await once(supervisor, 'exit')
    await processes()
    await allGone()
  })

  it('ends when a process gives up, and leaves none behind', async () => {
    start()
    const crash = () => fetch(`http://127.0.0.1:${ports[1]}/crash`).then(() => false)
    await says('all ready')
    await until('the end', async () => supervisor.exitCode !== null || (await crash()), PATIENCE_MS)
    expect(output).toContain('authority ended with code 9 6 times within a minute.')
    await processes()
    await allGone()
  })
})
