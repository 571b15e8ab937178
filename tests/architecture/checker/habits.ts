import { isAt, layerOf } from './layers'
import type { Rule } from './violation'

const OPENERS = /^lib\/data\/commit(-\w+)*\.ts$/
const OPENS = /(^|;)\s*(BEGIN|START\s+TRANSACTION)\b/i

/** lib/data/commit is the only opener of transactions. Migrations and the embedded engine are entry points. */
export const transactions: Rule = ({ path, members, strings }) => {
  if (OPENERS.test(path) || layerOf(path) === 'tests') return []
  const called = members.filter(({ name }) => name === '$transaction')
  const written = strings.filter(({ name }) => OPENS.test(name))
  return [...called, ...written].map(({ name, line }) => {
    const says = `only lib/data/commit opens transactions: ${name.trim().slice(0, 40)}`
    return { rule: 'transactions', path, line, says }
  })
}

const DOMAIN_WORDS = new Set(
  'request requester grant grants approval approvals approver agent agents mandate policy policies decision tenant trail credential receipt quorum'.split(
    ' ',
  ),
)
const WEB_NAMES = new Set(['requestAnimationFrame', 'requestIdleCallback', 'requestSubmit', 'userAgent'])
const wordsOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** Primitives know nothing of what the product is about. */
export const plainPrimitives: Rule = ({ path, identifiers, edges }) => {
  if (layerOf(path) !== 'components/ui') return []
  const imports = edges.map(({ specifier, line }) => ({ name: specifier ?? '', line }))
  return [...identifiers, ...imports].flatMap(({ name, line }) => {
    const word = WEB_NAMES.has(name) ? undefined : wordsOf(name).find((part) => DOMAIN_WORDS.has(part))
    return word ? [{ rule: 'plainPrimitives', path, line, says: `${name} says "${word}"` }] : []
  })
}

const LONGEST_FILE = 250

/** A file over 250 lines decides more than one thing. */
export const shortFiles: Rule = ({ path, lines }) =>
  isAt(path, ['app', 'components', 'lib']) && lines > LONGEST_FILE
    ? [{ rule: 'shortFiles', path, line: lines, says: `${lines} lines, at most ${LONGEST_FILE}` }]
    : []
