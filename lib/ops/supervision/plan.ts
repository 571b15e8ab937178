import { createRequire } from 'node:module'
import { join } from 'node:path'
import { listeners, type Settings, settingsAsEnvironment } from '@/lib/domain/settings'
import ENTRIES from '../entries.json'
import { CROWD_FLAGS, childArguments, entryArguments, entryExists, projectRoot } from '../entry'
import type { Service } from './service'

export type Plan = {
  database: Service | null
  migrate: Service
  seed: Service | null
  setup: Service | null
  services: Service[]
  /** What has to be free, and the variable that chooses it. */
  ports: { variable: string; port: number }[]
}

export const ALONE = ['console', 'authority'] as const
/** `only`: one server of an installation whose others run elsewhere, on a database that is served. */
export type Mode = { dev: boolean; only?: (typeof ALONE)[number] | undefined }

/** `next dev` waits for streams that never end, so while editing it is not waited for longer than its actions take. */
const DEV_DRAIN_MS = 5_000

/** Which processes an installation consists of. */
export function planOf(settings: Settings, { dev, only }: Mode): Plan {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: dev ? 'development' : 'production',
    ...settingsAsEnvironment(settings),
    // The owner's account is for the migrations: no server holds it.
    MIGRATION_DATABASE_URL: undefined,
  }
  const entry = (name: string, args: string[], extra: Record<string, string> = {}): Service => ({
    name,
    command: { arguments: args, env: { ...env, ...extra }, cwd: projectRoot },
  })
  const services = servicesOf(settings, entry, dev).filter(({ name }) => !only || name === only)
  const seeds = settings.demo && !only && entryExists('seed')
  const owner = settings.migrationDatabaseUrl
  return {
    database: settings.embedded ? entry('database', entryArguments('embedded', settings.dataDir)) : null,
    migrate: only
      ? entry('migrate', entryArguments('migrate', 'check'))
      : entry('migrate', entryArguments('migrate'), owner ? { MIGRATION_DATABASE_URL: owner } : {}),
    seed: seeds ? entry('seed', entryArguments('seed')) : null,
    // Every console that stands alone may be the first: a link is made only while nobody administers.
    setup: settings.demo || only === 'authority' ? null : entry('setup', entryArguments('setup')),
    services,
    ports: listeners(settings).filter(({ variable }) => !only || variable === `${only.toUpperCase()}_PORT`),
  }
}

type MakeEntry = (name: string, args: string[], extra?: Record<string, string>) => Service

function servicesOf(settings: Settings, entry: MakeEntry, dev: boolean): Service[] {
  return [
    {
      ...entry('console', consoleArguments(settings, dev), consoleEnvironment(settings)),
      ...(dev ? { drainMs: DEV_DRAIN_MS } : {}),
    },
    ...(entryExists('authority')
      ? [entry('authority', authorityArguments(dev), { PORT: String(settings.authorityPort) })]
      : []),
    ...(settings.demo ? demoServices(entry) : []),
  ]
}

function demoServices(entry: MakeEntry): Service[] {
  const trustDomain = entryExists('demo-trust-domain')
    ? [entry('trust-domain', entryArguments('demo-trust-domain'))]
    : []
  const servers = entryExists('demo-server')
    ? ['tickets', 'vault', 'refunds'].map((name) => entry(name, entryArguments('demo-server', name)))
    : []
  return [...trustDomain, ...servers].map((service) => ({ ...service, optional: true }))
}

function consoleEnvironment({ consolePort }: Settings) {
  return { PORT: String(consolePort), NEXT_TELEMETRY_DISABLED: '1' }
}

function consoleArguments({ consolePort }: Settings, dev: boolean): string[] {
  if (!dev) return [...CROWD_FLAGS, ...entryArguments('console')]
  const bin = createRequire(join(projectRoot, 'package.json')).resolve('next/dist/bin/next')
  // `next dev` listens on every interface unless told. child.mjs makes `localhost` mean 127.0.0.1.
  return childArguments(bin, 'dev', '-H', 'localhost', '-p', String(consolePort))
}

function authorityArguments(dev: boolean): string[] {
  if (!dev) return [...CROWD_FLAGS, ...entryArguments('authority')]
  const tsx = createRequire(join(projectRoot, 'package.json')).resolve('tsx/cli')
  return childArguments(tsx, 'watch', '--clear-screen=false', join(projectRoot, ENTRIES.authority))
}
