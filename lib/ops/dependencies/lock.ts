import { z } from 'zod'
import { pathsThatRun } from '../bootstrap/what-runs.mjs'

const Names = z.record(z.string(), z.unknown()).optional()
const Entry = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
})
const Lock = z.object({ packages: z.record(z.string(), Entry) })

/** One copy of a package as package-lock.json has it, on whatever platform it is meant for. */
export type LockedPackage = {
  path: string
  name: string
  version: string
  licence: string | null
  /** What a running product may load, and what the image holds. Tools, and what only tools bring along, are not. */
  isProduction: boolean
}

const FOLDER = 'node_modules/'

export function readLock(text: string): LockedPackage[] {
  const { packages } = Lock.parse(JSON.parse(text))
  const running = pathsThatRun(packages)
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (!path.includes(FOLDER) || entry.link || entry.version === undefined) return []
    return {
      path,
      name: path.slice(path.lastIndexOf(FOLDER) + FOLDER.length),
      version: entry.version,
      licence: entry.license ?? null,
      isProduction: running.has(path),
    }
  })
}
