import { parseSync } from 'oxc-parser'

/** One way a module reaches another: import, export … from, import(), require(), import type. */
export type Edge = { specifier: string | null; names: readonly string[]; line: number }
export type Found = { name: string; line: number }
export type Module = {
  path: string
  lines: number
  edges: readonly Edge[]
  identifiers: readonly Found[]
  members: readonly Found[]
  strings: readonly Found[]
  impurities: readonly Found[]
}

type Node = { type: string; start: number; [key: string]: unknown }
type Facts = { edges: Edge[]; identifiers: Found[]; members: Found[]; strings: Found[]; impurities: Found[] }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const nameOf = (value: unknown): string => {
  if (!isNode(value)) return ''
  if (value.type === 'Literal') return String(value.value)
  return typeof value.name === 'string' ? value.name : ''
}

function literalText(value: unknown): string | null {
  if (!isNode(value)) return null
  if (value.type === 'Literal') return typeof value.value === 'string' ? value.value : null
  if (value.type !== 'TemplateLiteral') return null
  const [only, ...more] = value.quasis as readonly { value: { cooked: string } }[]
  return only && more.length === 0 ? only.value.cooked : null
}

const importedNames = (node: Node): string[] =>
  ((node.specifiers as readonly Node[] | undefined) ?? []).map((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return '*'
    if (specifier.type === 'ImportDefaultSpecifier') return 'default'
    return nameOf(specifier.imported ?? specifier.local)
  })

const isCallOf = (node: Node, name: string): boolean =>
  node.type === 'CallExpression' && nameOf(node.callee) === name

/** Code reached as a file, `new URL('./worker.mjs', import.meta.url)`, is reached all the same. */
function workerOf(node: Node): Omit<Edge, 'line'> | undefined {
  if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'URL') return undefined
  const [address, base] = node.arguments as unknown[]
  const specifier = literalText(address)
  const isHere = isNode(base) && base.type === 'MemberExpression' && isNode(base.object)
  const reaches =
    isHere &&
    (base.object as Node).type === 'MetaProperty' &&
    /^\.\.?\/.*\.[cm]?[jt]sx?$/.test(specifier ?? '')
  return reaches ? { specifier, names: ['*'] } : undefined
}

/** The edge a node makes, if it makes one. An address that is not written out is `null`. */
function edgeOf(node: Node): Omit<Edge, 'line'> | undefined {
  if (node.type === 'ImportDeclaration')
    return { specifier: literalText(node.source), names: importedNames(node) }
  if (node.type === 'ExportNamedDeclaration' && node.source)
    return { specifier: literalText(node.source), names: importedNames(node) }
  if (node.type === 'ExportAllDeclaration') return { specifier: literalText(node.source), names: ['*'] }
  if (node.type === 'ImportExpression') return { specifier: literalText(node.source), names: ['*'] }
  if (node.type === 'TSImportType') return { specifier: literalText(node.source), names: ['*'] }
  if (node.type === 'TSExternalModuleReference')
    return { specifier: literalText(node.expression), names: ['*'] }
  if (isCallOf(node, 'require'))
    return { specifier: literalText((node.arguments as unknown[])[0]), names: ['*'] }
  return workerOf(node)
}

const CLOCKS = new Set(['Date.now', 'performance.now', 'process.hrtime'])
const AMBIENT = new Set([
  'process',
  'fetch',
  'crypto',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'globalThis',
  'console',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'localStorage',
  'sessionStorage',
  'queueMicrotask',
])

/** What a node takes from the world instead of from its arguments: the clock, chance, the environment. */
function impurityOf(node: Node): string | undefined {
  const noArguments = Array.isArray(node.arguments) && node.arguments.length === 0
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date' && noArguments) return 'new Date()'
  if (isCallOf(node, 'Date')) return 'Date()'
  if (node.type !== 'MemberExpression') return undefined
  const member = `${nameOf(node.object)}.${nameOf(node.property)}`
  return CLOCKS.has(member) || member === 'Math.random' ? member : undefined
}

function isPropertyName(node: Node, parent: Node): boolean {
  if (parent.type === 'MemberExpression') return parent.property === node && parent.computed === false
  const keyed = ['Property', 'PropertyDefinition', 'MethodDefinition', 'TSPropertySignature']
  return keyed.includes(parent.type) && parent.key === node && parent.shorthand !== true
}

function collect(node: Node, parent: Node, line: number, facts: Facts): void {
  const edge = edgeOf(node)
  if (edge) facts.edges.push({ ...edge, line })
  const impurity = impurityOf(node)
  if (impurity) facts.impurities.push({ name: impurity, line })
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') {
    const name = nameOf(node)
    facts.identifiers.push({ name, line })
    if (isPropertyName(node, parent)) facts.members.push({ name, line })
    else if (AMBIENT.has(name)) facts.impurities.push({ name, line })
  }
  if (node.type === 'Literal' && typeof node.value === 'string')
    facts.strings.push({ name: node.value, line })
  if (node.type === 'TemplateElement')
    facts.strings.push({ name: (node.value as { cooked: string }).cooked, line })
}

/** Reads what a module reaches for. A file that does not parse is a fault: nothing may hide in it. */
export function readModule(path: string, source: string): Module {
  const parsed = parseSync(path, source)
  const broken = parsed.errors.find((error) => error.severity === 'Error')
  if (broken) throw new Error(`${path} does not parse: ${broken.message}`)
  const starts = [...source.matchAll(/\n/g)].map((match) => match.index)
  const lineAt = (offset: number) => {
    const after = starts.findIndex((start) => start >= offset)
    return (after === -1 ? starts.length : after) + 1
  }
  const facts: Facts = { edges: [], identifiers: [], members: [], strings: [], impurities: [] }
  const walk = (node: Node, parent: Node) => {
    collect(node, parent, lineAt(node.start), facts)
    for (const [key, value] of Object.entries(node)) {
      if (key === 'parent') continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node)
    }
  }
  const program = parsed.program as unknown as Node
  walk(program, program)
  return { path, lines: source.trimEnd().split('\n').length, ...facts }
}
