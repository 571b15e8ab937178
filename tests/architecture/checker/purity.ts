import { isAt, layerOf } from './layers'
import { resolve } from './resolve'
import type { Rule } from './violation'

const CLOCKLESS = ['policy', 'credentials', 'identity', 'data', 'signals'].map((name) => `lib/${name}`)
const CLOCK = new Set(['new Date()', 'Date()', 'Date.now'])

/** The domain and the trail decide from their arguments: no clock, no randomness, no I/O. */
export const pure: Rule = ({ path, impurities }) =>
  isAt(path, ['lib/domain', 'lib/trail'])
    ? impurities.map(({ name, line }) => ({ rule: 'pure', path, line, says: `${name} is not an argument` }))
    : []

/** Below the use cases time is an argument. */
export const clockless: Rule = ({ path, impurities }) =>
  isAt(path, CLOCKLESS)
    ? impurities
        .filter(({ name }) => CLOCK.has(name))
        .map(({ name, line }) => ({ rule: 'clockless', path, line, says: `${name} is not an argument` }))
    : []

/** The domain imports zod and itself. */
export const domainPackages: Rule = ({ path, edges }) => {
  if (layerOf(path) !== 'lib/domain') return []
  return edges.flatMap(({ specifier, line }) => {
    const target = specifier === null ? undefined : resolve(path, specifier)
    if (!target || target.kind === 'ours' || target.name === 'zod') return []
    return [{ rule: 'domainPackages', path, line, says: `the domain must not import ${target.name}` }]
  })
}
