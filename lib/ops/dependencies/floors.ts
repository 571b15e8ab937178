import { z } from 'zod'
import type { LockedPackage } from './lock'

const VERSION = /^(\d+)\.(\d+)\.(\d+)(-.+)?$/

/** The lowest version of a package without a known hole, and which hole that is. */
export const Floors = z.record(
  z.string(),
  z.strictObject({
    lowest: z.string().regex(VERSION, 'A floor is a whole version, like 1.2.3.'),
    because: z.string().min(20, 'Say which hole was closed.'),
  }),
)
export type Floors = z.infer<typeof Floors>

function isBelow(version: string, lowest: string): boolean {
  const [found, wanted] = [VERSION.exec(version), VERSION.exec(lowest)]
  // A version that cannot be read is one that nobody vouches for.
  if (!found || !wanted) return true
  const place = [1, 2, 3].find((at) => Number(found[at]) !== Number(wanted[at]))
  if (place !== undefined) return Number(found[place]) < Number(wanted[place])
  return found[4] !== undefined && wanted[4] === undefined
}

/** Every installed copy that is older than its floor, in words. */
export const belowFloor = (packages: readonly LockedPackage[], floors: Floors): string[] =>
  packages.flatMap(({ name, version, path }) => {
    const floor = floors[name]
    if (!floor || !isBelow(version, floor.lowest)) return []
    return `${path} is ${version}, below ${floor.lowest}: ${floor.because}`
  })

/** Floors of packages that nobody installs any more. */
export const unusedFloors = (packages: readonly LockedPackage[], floors: Floors): string[] => {
  const names = new Set(packages.map(({ name }) => name))
  return Object.keys(floors).filter((name) => !names.has(name))
}
