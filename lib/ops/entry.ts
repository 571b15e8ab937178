import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const isBuilt = basename(here) === 'dist'

export const projectRoot = upToPackage(here)

function upToPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder
  return upToPackage(dirname(folder))
}

/** Where an entry point lives when built (`dist/<name>.mjs`) and when run from source. */
export const ENTRIES = {
  supervisor: 'lib/ops/supervisor.ts',
  embedded: 'lib/ops/embedded/main.ts',
  migrate: 'lib/ops/migrate.ts',
  seed: 'lib/ops/seed.ts',
  authority: 'lib/authority/main.ts',
  'demo-trust-domain': 'lib/ops/demo/trust-domain.ts',
  'demo-server': 'lib/ops/demo/server.ts',
} as const
export type EntryName = keyof typeof ENTRIES

/** Arguments for `node` that run an entry point as a child which ends when its parent is gone. */
export function entryArguments(name: EntryName, ...rest: string[]): string[] {
  if (isBuilt) return childArguments(join(here, `${name}.mjs`), ...rest)
  return sourceArguments(join(projectRoot, ENTRIES[name]), ...rest)
}

/** The same for a TypeScript file run from source. */
export function sourceArguments(script: string, ...rest: string[]): string[] {
  const tsx = createRequire(join(projectRoot, 'package.json')).resolve('tsx')
  return ['--import', pathToFileURL(tsx).href, ...childArguments(script, ...rest)]
}

export function childArguments(script: string, ...rest: string[]): string[] {
  return [join(projectRoot, 'lib/ops/child.mjs'), script, ...rest]
}

export function entryExists(name: EntryName): boolean {
  return existsSync(isBuilt ? join(here, `${name}.mjs`) : join(projectRoot, ENTRIES[name]))
}
