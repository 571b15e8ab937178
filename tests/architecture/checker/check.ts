import { addresses, layers, readable, readsOnly, useCases } from './direction'
import { plainPrimitives, shortFiles, transactions } from './habits'
import { layerOf, ROOT_FILES } from './layers'
import { clockless, domainPackages, pure } from './purity'
import { readModule } from './read-module'
import type { Rule, Violation } from './violation'

export const RULES = {
  layers,
  readable,
  addresses,
  useCases,
  readsOnly,
  pure,
  clockless,
  domainPackages,
  transactions,
  plainPrimitives,
  shortFiles,
} satisfies Record<string, Rule>

const CODE = /\.(ts|tsx|mts|js|jsx|mjs|cjs)$/

/** Whether a file is code the rules read. */
export const isCode = (path: string) => CODE.test(path)

/** Every file lies in a folder or is a root file that the table names. */
const unlisted = (path: string): Violation[] =>
  layerOf(path) !== undefined || path in ROOT_FILES
    ? []
    : [{ rule: 'unlisted', path, line: 1, says: 'no row of the table of layers names this place' }]

/** Checks a tree given as path to source. Pure: what it says depends on the arguments alone. */
export function findViolations(files: ReadonlyMap<string, string>): {
  violations: Violation[]
  read: number
} {
  const code = [...files].filter(([path]) => isCode(path))
  const violations = [...files.keys()].flatMap(unlisted)
  for (const [path, source] of code) {
    const module = readModule(path, source)
    for (const rule of Object.values(RULES)) violations.push(...rule(module))
  }
  return { violations, read: code.length }
}
