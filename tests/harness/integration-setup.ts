import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '@/lib/ops/embedded/start'
import { applyMigrations } from '@/lib/ops/migrations/apply'
import { startPostgres } from './postgres.mjs'

/** What the tests of one run copy their databases from. */
export type Template =
  | { backend: 'embedded'; folder: string }
  | { backend: 'postgres'; server: string; name: string }

declare module 'vitest' {
  interface ProvidedContext {
    template: Template
  }
}

type Prepared = { template: Template; stop: () => Promise<void> }

/** Migrates one database per run; every test then copies it, which is faster than migrating again. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const backend = process.env.TEST_BACKEND ?? 'postgres'
  if (backend !== 'embedded' && backend !== 'postgres')
    throw new Error(`TEST_BACKEND is embedded or postgres, not ${backend}.`)
  const { template, stop } = await (backend === 'embedded' ? prepareEmbedded() : preparePostgres())
  project.provide('template', template)
  return stop
}

async function prepareEmbedded(): Promise<Prepared> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-template-'))
  const stop = () => rm(folder, { recursive: true, force: true })
  try {
    const embedded = await startEmbedded(folder)
    await applyMigrations(embedded.url).finally(() => embedded.stop())
    return { template: { backend: 'embedded', folder: join(folder, 'database') }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function preparePostgres(): Promise<Prepared> {
  const server = await startPostgres()
  try {
    // The server's first database is left empty: nothing may be connected to a template while it is copied.
    const name = 'template1'
    await applyMigrations(server.url(name))
    return { template: { backend: 'postgres', server: server.url(), name }, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}
