import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
import { expect, it } from 'vitest'
import { listFiles } from '../../architecture/checker/tree'

const LENGTH = 16_000
const MOST_MS = 5
/** One of every kind of character that a class in a pattern may take or leave. */
const KINDS = [...' \t\n\r\0aAzZ09_-./\\"\'%=+:;,@#?&<>()[]{}|~!é\u200b\ufeff'].concat('😀', '\ud800')

type Found = { at: string; source: string; flags: string }
type Node = { type: string; [key: string]: unknown }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one)
  if (!isNode(value)) return
  yield value
  for (const child of Object.values(value)) yield* nodesOf(child)
}

const isMadeAtRunTime = (node: Node) =>
  (node.type === 'NewExpression' || node.type === 'CallExpression') &&
  isNode(node.callee) &&
  node.callee.name === 'RegExp'

/** Every pattern of the program, read from its source, and the places that make one while it runs. */
function collect(): { patterns: Found[]; made: string[] } {
  const patterns = new Map<string, Found>()
  const made: string[] = []
  const ours = /^(lib|components|app)\/.*\.(ts|tsx|mjs)$|^proxy\.ts$/
  for (const path of listFiles().filter((one) => ours.test(one))) {
    for (const node of nodesOf(parseSync(path, readFileSync(path, 'utf8')).program)) {
      if (isMadeAtRunTime(node)) made.push(path)
      const { regex } = node as { regex?: { pattern: string; flags: string } }
      if (node.type !== 'Literal' || !regex) continue
      const { pattern: source, flags } = regex
      patterns.set(`/${source}/${flags}`, { at: path, source, flags })
    }
  }
  return { patterns: [...patterns.values()], made }
}

/** What is written out in a pattern, alone and in pairs, so that what it repeats is repeated. */
function seedsOf(source: string): string[] {
  const words = [...new Set(source.match(/[A-Za-z0-9@:%=/_-]{1,12}/g) ?? [])].slice(0, 12)
  const own = KINDS.filter((kind) => source.includes(kind))
  return [
    ...KINDS,
    ...words,
    ...words.map((word) => `${word} `),
    ...own.flatMap((one) => [`a${one}`, `${one}0`]),
  ]
}

function* adversarial(source: string): Generator<string> {
  for (const seed of seedsOf(source)) {
    const pumped = seed.repeat(Math.ceil(LENGTH / seed.length)).slice(0, LENGTH)
    yield* [pumped, `${pumped}\u0001`, `\u0001${pumped}`, `a${pumped}\n!`]
  }
}

function slowest({ source, flags }: Found): { ms: number; text: string } {
  let worst = { ms: 0, text: '' }
  for (const text of adversarial(source)) {
    // Time of the processor, which a busy machine does not stretch; collecting garbage may, once.
    let ms = Number.POSITIVE_INFINITY
    for (let run = 0; run < 5 && ms > MOST_MS; run += 1) {
      const pattern = new RegExp(source, flags)
      const started = process.cpuUsage()
      if (flags.includes('g')) text.replace(pattern, '')
      else pattern.exec(text)
      ms = Math.min(ms, process.cpuUsage(started).user / 1000)
    }
    if (ms > worst.ms) worst = { ms, text: JSON.stringify(text.slice(0, 20)) }
    if (ms > MOST_MS) break
  }
  return worst
}

/** The one that is made while the program runs, for each kind of id. */
const IDS = { at: 'lib/domain/ids.ts', source: '^R-[0-9A-HJKMNP-TV-Z]{4,26}$', flags: '' }

it('A38: no pattern of the program is slow, whatever it is given', () => {
  const { patterns, made } = collect()
  expect(patterns.length).toBeGreaterThan(60)
  // The other one's patterns are those of the built console's own list of routes.
  expect(made).toEqual([IDS.at, 'lib/ops/console/routes.ts'])
  const slow = [...patterns, IDS].flatMap((pattern) => {
    const { ms, text } = slowest(pattern)
    return ms > MOST_MS ? [`${pattern.at} /${pattern.source}/${pattern.flags} took ${ms} ms for ${text}`] : []
  })
  expect(slow).toEqual([])
}, 600_000)

it('and this would notice one that is', () => {
  const { ms } = slowest({ at: '', source: '\\s+$', flags: '' })
  expect(ms).toBeGreaterThan(MOST_MS)
}, 600_000)
