import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
// Where each entry point lives in source; built, it is `dist/<name>.mjs`.
import ENTRIES from './entries.json'

const here = dirname(fileURLToPath(import.meta.url))
const isBuilt = basename(here) === 'dist'

export const projectRoot = upToPackage(here)

function upToPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder
  return upToPackage(dirname(folder))
}

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

/**
 * Flags of Node for a process that answers many at once, in front of its arguments. What a request leaves behind is
 * gone with the next sweep of the young, as long as there is room for all that are in flight.
 */
export const CROWD_FLAGS = ['--max-semi-space-size=32']

export function childArguments(script: string, ...rest: string[]): string[] {
  return [join(projectRoot, 'lib/ops/child.mjs'), script, ...rest]
}

export function entryExists(name: EntryName): boolean {
  return existsSync(isBuilt ? join(here, `${name}.mjs`) : join(projectRoot, ENTRIES[name]))
}
