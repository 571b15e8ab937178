import { z } from 'zod'

const Entry = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  link: z.boolean().optional(),
})
const Lock = z.object({ packages: z.record(z.string(), Entry) })

/** One copy of a package as package-lock.json has it, on whatever platform it is meant for. */
export type LockedPackage = {
  path: string
  name: string
  version: string
  licence: string | null
  /** What a running product may load. Tools, and what only tools bring along, are not. */
  isProduction: boolean
}

const FOLDER = 'node_modules/'

export function readLock(text: string): LockedPackage[] {
  return Object.entries(Lock.parse(JSON.parse(text)).packages).flatMap(([path, entry]) => {
    if (!path.includes(FOLDER) || entry.link || entry.version === undefined) return []
    return {
      path,
      name: path.slice(path.lastIndexOf(FOLDER) + FOLDER.length),
      version: entry.version,
      licence: entry.license ?? null,
      isProduction: !entry.dev && !entry.devOptional,
    }
  })
}
