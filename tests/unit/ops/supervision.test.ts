import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { readSettings } from '@/lib/domain/settings'
import { planOf } from '@/lib/ops/supervision/plan'
import { requireFreePort } from '@/lib/ops/supervision/ready'
import { isForPeople, speaker } from '@/lib/ops/supervision/say'
import { nextDelay } from '@/lib/ops/supervision/service'
import { freePort } from '@/tests/harness/ports.mjs'

const NOW = 1_000_000
const COUNTERSIGN_SECRET = 's'.repeat(32)

describe('the wait before the next start', () => {
  it('grows and stays under a second', () => {
    const waits = [1, 2, 3, 4, 5].map((crashes) => nextDelay(Array(crashes).fill(NOW), NOW))
    expect(waits).toEqual([100, 200, 400, 800, 900])
  })

  it('ends with the sixth crash within a minute', () => {
    expect(nextDelay(Array(6).fill(NOW - 59_000), NOW)).toBeNull()
    expect(nextDelay(Array(6).fill(NOW - 61_000), NOW)).toBe(100)
  })
})

it('a person at a terminal is spared the records of what went well, and nothing else', () => {
  const lines = [
    '{"level":30,"msg":"request"}',
    '{"level":50,"msg":"fault"}',
    '{"level":40}',
    'plain words',
    '{}',
  ]
  expect(lines.filter(isForPeople)).toEqual(lines.slice(1))
})

it('a port in use is named with its variable', async () => {
  const server = createServer()
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  await expect(requireFreePort(port, 'CONSOLE_PORT')).rejects.toThrow(
    `Port ${port} is in use by another program. Stop it, or set CONSOLE_PORT to a free port.`,
  )
  await new Promise((resolve) => server.close(resolve))
  await requireFreePort(port, 'CONSOLE_PORT')
})

it('every line says whose it is, and colours stay out of files', () => {
  let written = ''
  const say = speaker((text) => {
    written += text
  }, false)
  say.line('vault', 'listens')
  expect(written).toBe('vault        │ listens\n')
})

describe('the processes', () => {
  const namesOf = (env: Record<string, string>) => {
    const plan = planOf(readSettings({ COUNTERSIGN_SECRET, ...env }), { dev: false })
    return [plan.database, ...plan.services].map((service) => service?.name)
  }

  it('of a demo include its world', () => {
    expect(namesOf({})).toEqual(
      expect.arrayContaining(['database', 'console', 'trust-domain', 'tickets', 'refunds']),
    )
  })

  it('beside a served database are the console and the authority alone', () => {
    const names = namesOf({ DATABASE_URL: 'postgresql://db.example/c' })
    expect(names).not.toContain('database')
    expect(names).not.toContain('vault')
  })

  it('of one server alone are that server, which first asks whether its database is current', () => {
    const settings = readSettings({
      ...{ COUNTERSIGN_SECRET, COUNTERSIGN_BIND: '0.0.0.0', CONSOLE_PORT: '4000' },
      ...{
        DATABASE_URL: 'postgresql://db.example/c',
        MIGRATION_DATABASE_URL: 'postgresql://owner@db.example/c',
      },
    })
    const plan = planOf(settings, { dev: false, only: 'console' })
    const [service] = plan.services
    expect(plan.services.map(({ name }) => name)).toEqual(['console'])
    expect(service?.command.env).toMatchObject({ COUNTERSIGN_BIND: '0.0.0.0', CONSOLE_PORT: '4000' })
    expect(plan.ports).toEqual([{ variable: 'CONSOLE_PORT', port: 4000 }])
    expect(plan.migrate.command.arguments.at(-1)).toBe('check')
    expect([plan.database, plan.seed]).toEqual([null, null])
  })

  it('that serve never hold the account that may change the schema', () => {
    const owner = 'postgresql://owner@db.example/c'
    const env = { DATABASE_URL: 'postgresql://app@db.example/c', MIGRATION_DATABASE_URL: owner }
    const plan = planOf(readSettings({ COUNTERSIGN_SECRET, ...env }), { dev: false })
    expect(plan.migrate.command.env?.MIGRATION_DATABASE_URL).toBe(owner)
    const held = plan.services.map(({ command }) => JSON.stringify(command.env).includes('owner@'))
    expect(held).toEqual(plan.services.map(() => false))
  })
})
