import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Account, asked, type SeparatedServer, separatedServer } from '@/tests/harness/accounts'
import { SECRET } from '@/tests/harness/authority'
import { freePort } from '@/tests/harness/ports.mjs'
import { startProcess } from '@/tests/harness/processes'

// The parts of a production start, each by itself, with the account it is given.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const run = promisify(execFile)

let server: SeparatedServer
beforeAll(async () => {
  server = await separatedServer()
  await asked(server.administrator, 'create database fresh owner countersign_owner')
  await asked(
    server.url('fresh'),
    `alter schema public owner to countersign_owner; revoke all on schema public from public;
     grant usage on schema public to countersign_app, countersign_reader`,
  )
})
afterAll(() => server.stop())

function fresh(account: Account): string {
  const url = new URL(server.urlOf(account))
  url.pathname = '/fresh'
  return url.href
}

const CLEAN = {
  DATABASE_URL: '',
  MIGRATION_DATABASE_URL: '',
  COUNTERSIGN_EMBEDDED: '',
  COUNTERSIGN_SECRET: SECRET,
}

async function said(file: string, args: string[], env: Record<string, string>) {
  const child = run(process.execPath, ['--import', 'tsx', file, ...args], {
    env: { ...process.env, ...CLEAN, ...env },
  })
  const { code, stdout, stderr } = await child.then(
    (fine) => ({ code: 0, ...fine }),
    (failed: { code: number; stdout: string; stderr: string }) => failed,
  )
  return { code, text: stdout + stderr }
}

const migrate = (env: Record<string, string>) => said('lib/ops/migrate.ts', [], env)

describe('on a new database', () => {
  test('a server alone names what is missing and does not start', async () => {
    const ports = { AUTHORITY_PORT: String(await freePort()) }
    const { code, text } = await said('lib/ops/supervisor.ts', ['authority'], {
      DATABASE_URL: fresh('app'),
      ...ports,
    })
    expect(text).toMatch(/The database lacks \d+_first.*Run first: npm start -- migrate/)
    expect(code).toBe(1)
  })

  test('the application’s account may not migrate, and is told who may', async () => {
    const { code, text } = await migrate({ DATABASE_URL: fresh('app') })
    expect(text).toMatch(/the account countersign_app may not change its schema. Set MIGRATION_DATABASE_URL/)
    expect(code).toBe(78)
  })

  test('the owner migrates and gives the rights; afterwards the application finds nothing to do', async () => {
    const both = { DATABASE_URL: fresh('app'), MIGRATION_DATABASE_URL: fresh('owner') }
    const first = await migrate(both)
    expect(first.text).toMatch(/applied \d+_first[\s\S]*The accounts have the rights/)
    expect(first.code).toBe(0)
    expect(await migrate({ DATABASE_URL: fresh('app') })).toEqual({
      code: 0,
      text: 'The database is up to date.\n',
    })
  })

  test('then the authority alone serves with the application’s account, and leaves with 0', async () => {
    const port = await freePort()
    const env = { ...CLEAN, DATABASE_URL: fresh('app'), AUTHORITY_PORT: String(port) }
    const started = await startProcess('lib/ops/supervisor.ts', env, {
      word: 'is ready after',
      args: ['authority'],
    })
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    const health = { CONSOLE_PORT: String(await freePort()), AUTHORITY_PORT: String(port) }
    expect((await said('lib/ops/healthy.mjs', [], health)).code).toBe(0)
    expect(await started.stop()).toBe(0)
    expect(started.output()).not.toContain('Console')
    expect((await said('lib/ops/healthy.mjs', [], health)).code).toBe(1)
  })
})

test('a server alone does without the embedded database', async () => {
  const { code, text } = await said('lib/ops/supervisor.ts', ['console'], {})
  expect(text).toContain('DATABASE_URL is not set. The console alone runs on a database that is served.')
  expect(code).toBe(1)
})

test('a word that is no command is named', async () => {
  const { code, text } = await said('lib/ops/start.mjs', ['everything'], {})
  expect(text).toContain(
    'There is no "everything". npm start takes nothing, or one of console, authority, migrate',
  )
  expect(code).toBe(1)
})
