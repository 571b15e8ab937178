import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Settings, settingsAsEnvironment } from '@/lib/domain/settings'
import ENTRIES from '../entries.json'
import { childArguments, entryArguments, entryExists, projectRoot } from '../entry'
import type { Service } from './service'

export type Plan = {
  database: Service | null
  migrate: Service
  seed: Service | null
  setup: Service | null
  services: Service[]
}
export type Mode = { dev: boolean }

/** `next dev` waits for streams that never end, so while editing it is not waited for longer than its actions take. */
const DEV_DRAIN_MS = 5_000

/** Which processes an installation consists of. */
export function planOf(settings: Settings, { dev }: Mode): Plan {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: dev ? 'development' : 'production',
    ...settingsAsEnvironment(settings),
  }
  const entry = (name: string, args: string[], extra: Record<string, string> = {}): Service => ({
    name,
    command: { arguments: args, env: { ...env, ...extra }, cwd: projectRoot },
  })
  const wanted = settings.demo && entryExists('seed')
  return {
    database: settings.embedded ? entry('database', entryArguments('embedded', settings.dataDir)) : null,
    migrate: entry('migrate', entryArguments('migrate')),
    seed: wanted ? entry('seed', entryArguments('seed')) : null,
    setup: settings.demo ? null : entry('setup', entryArguments('setup')),
    services: [
      {
        ...entry('console', consoleArguments(settings, dev), consoleEnvironment(settings)),
        ...(dev ? { drainMs: DEV_DRAIN_MS } : {}),
      },
      ...(entryExists('authority')
        ? [entry('authority', authorityArguments(dev), { PORT: String(settings.authorityPort) })]
        : []),
      ...(settings.demo ? demoServices(entry) : []),
    ],
  }
}

function demoServices(entry: (name: string, args: string[]) => Service): Service[] {
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
  if (!dev) return entryArguments('console')
  const bin = createRequire(join(projectRoot, 'package.json')).resolve('next/dist/bin/next')
  // `next dev` listens on every interface unless told. child.mjs makes `localhost` mean 127.0.0.1.
  return childArguments(bin, 'dev', '-H', 'localhost', '-p', String(consolePort))
}

function authorityArguments(dev: boolean): string[] {
  if (!dev) return entryArguments('authority')
  const tsx = createRequire(join(projectRoot, 'package.json')).resolve('tsx/cli')
  return childArguments(tsx, 'watch', '--clear-screen=false', join(projectRoot, ENTRIES.authority))
}
