import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { startGuarded } from '@/tests/harness/guarded.mjs'

/** A process that ended stays listed until its parent has asked, which nobody does for an orphan here. */
const isAlive = (pid: number) => {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))
}

/** A child that has a child, both of which ignore requests to end and never end by themselves. */
const STUBBORN = `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1000)'])
  console.log(child.pid)
  setInterval(() => 0, 1000)`

const firstLine = async (stream: NodeJS.ReadableStream) => Number(String((await once(stream, 'data'))[0]))

test('ends the whole group of what it guards', async () => {
  const guarded = startGuarded(process.execPath, ['-e', STUBBORN], { output: 'pipe' })
  const grandchild = await firstLine(guarded.child.stdout as NodeJS.ReadableStream)
  expect(isAlive(grandchild)).toBe(true)
  await guarded.stop()
  await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), 30_000)
})

test('gives the exit code of what it guards and no standard input', async () => {
  const script = 'process.stdin.on("end", () => process.exit(7)).resume()'
  expect(await startGuarded(process.execPath, ['-e', script]).ended).toBe(7)
})

test('ends what it guards when whoever started it is killed', async () => {
  const starter = `
    const { startGuarded } = await import(${JSON.stringify(new URL('../../harness/guarded.mjs', import.meta.url).href)})
    startGuarded(process.execPath, ['-e', 'console.log(process.pid); setInterval(() => 0, 1000)'])`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', starter], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const guarded = await firstLine(parent.stdout)
  expect(isAlive(guarded)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(guarded)).toBe(false), 30_000)
})
