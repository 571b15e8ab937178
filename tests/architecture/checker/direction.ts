import { ADDRESSES, isAt, LAYERS, layerOf, ROOT_FILES } from './layers'
import { resolve } from './resolve'
import type { Rule } from './violation'

const mayImport = (path: string): readonly string[] | 'anything' => {
  const layer = layerOf(path)
  return layer ? (LAYERS[layer]?.may ?? []) : (ROOT_FILES[path] ?? [])
}

function isAllowed(from: string, to: string): boolean {
  const layer = layerOf(from)
  const toTests = layerOf(to) === 'tests'
  if (layer && layerOf(to) === layer) return true
  const may = mayImport(from)
  return may === 'anything' ? layer === 'tests' || !toTests : isAt(to, may)
}

/** Imports follow the table of layers, types included. */
export const layers: Rule = ({ path, edges }) =>
  edges.flatMap(({ specifier, line }) => {
    const target = specifier === null ? undefined : resolve(path, specifier)
    if (target?.kind !== 'ours' || isAllowed(path, target.path)) return []
    return [{ rule: 'layers', path, line, says: `${layerOf(path) ?? path} must not import ${target.path}` }]
  })

/** An import whose address is computed could lead anywhere. Entry points and tests may do that. */
export const readable: Rule = ({ path, edges }) =>
  isAt(path, ['lib/ops', 'tests'])
    ? []
    : edges
        .filter(({ specifier }) => specifier === null)
        .map(({ line }) => ({ rule: 'readable', path, line, says: 'the address of this import is computed' }))

/** Every heavy package has one address. */
export const addresses: Rule = ({ path, edges }) =>
  edges.flatMap(({ specifier, line }) => {
    const target = specifier === null ? undefined : resolve(path, specifier)
    if (target?.kind !== 'package' || layerOf(path) === 'tests') return []
    const address = ADDRESSES.find(({ packages }) => packages.test(target.name))
    if (!address || isAt(path, address.only)) return []
    const says = `${target.name} is imported only in ${address.only.join(', ')}`
    return [{ rule: 'addresses', path, line, says }]
  })

const SHARED_FACTS = 'lib/usecases/facts'

/** Use cases never call use cases. What several of them look up lives in lib/usecases/facts. */
export const useCases: Rule = ({ path, edges }) => {
  if (layerOf(path) !== 'lib/usecases') return []
  return edges.flatMap(({ specifier, line }) => {
    const target = specifier === null ? undefined : resolve(path, specifier)
    if (target?.kind !== 'ours' || layerOf(target.path) !== 'lib/usecases') return []
    if (isAt(target.path, [SHARED_FACTS])) return []
    return [{ rule: 'useCases', path, line, says: `a use case must not import ${target.path}` }]
  })
}

const READERS = ['app', 'components', 'lib/web', 'lib/authority', SHARED_FACTS]
const WRITER_FILE = /^lib\/data\/(commit|write|insert|replace)(-|$)/
const WRITER_NAME = /^(commit|leave|write|insert|replace|delete|update)([A-Z]|$)/

/** Pages, routes and the session read through lib/data. Only use cases write. */
export const readsOnly: Rule = ({ path, edges }) => {
  if (!isAt(path, READERS)) return []
  return edges.flatMap(({ specifier, names, line }) => {
    const target = specifier === null ? undefined : resolve(path, specifier)
    if (target?.kind !== 'ours' || layerOf(target.path) !== 'lib/data') return []
    const written = names.filter((name) => WRITER_NAME.test(name))
    if (!WRITER_FILE.test(target.path) && written.length === 0) return []
    const says = `only use cases write: ${[target.path, ...written].join(' ')}`
    return [{ rule: 'readsOnly', path, line, says }]
  })
}
