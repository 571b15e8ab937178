import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleServers } from '@/lib/ops/bootstrap/bundle.mjs'
import { projectRoot } from '@/lib/ops/entry'
import { measureCommits } from './commits'
import { documentOf, textOf } from './document'
import { measureEvaluation } from './evaluation'
import { measureExchange } from './exchange/exchange'
import { measureFlat } from './exchange/flat'
import { measureMemory } from './exchange/memory'
import { measureParts } from './exchange/parts'
import { measureRevocation } from './exchange/revocation'
import { measureTax } from './exchange/tax'
import { measureTwo } from './exchange/two'
import type { Measured } from './figures'
import { measureIntrospection } from './introspection'
import { measureMixed } from './mixed/mixed'
import { measurePolicySizes } from './policy-sizes'
import { measureProduct } from './product-parts'
import { withStage } from './stage'

const USAGE = `npm run bench [-- parts and options]

Parts, all without one named: exchange evaluation introspection issue revocation commits tax flat two memory policies product mixed
  --write         keeps what was measured in docs/benchmarks.md
  --rounds 5      rounds of the exchange, of tax, flat and two
  --each 4000     exchanges in a round of tax, flat and two
  --grants 100000 live grants of flat, and --agents 1000 that have them
  --issues 50000  issues of memory
  --minutes 0.5   how long the mixed load runs
  --rate 100      how many requests a second it begins
  --port 3900     the first of ten ports that are free
  --note '…'      a sentence about the machine at the time`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    each: { type: 'string', default: '4000' },
    grants: { type: 'string', default: '100000' },
    agents: { type: 'string', default: '1000' },
    issues: { type: 'string', default: '50000' },
    minutes: { type: 'string', default: '0.5' },
    rate: { type: 'string', default: '100' },
    port: { type: 'string', default: '3900' },
    note: { type: 'string', default: '' },
  },
})

const port = Number(values.port)
const rounds = Number(values.rounds)
const minutes = Number(values.minutes)
const sizes = { rounds, each: Number(values.each) }

// Those of one row stand on one database and one authority.
const PARTS = {
  exchange: 'stage',
  evaluation: 'stage',
  introspection: 'stage',
  issue: 'stage',
  revocation: 'stage',
  commits: 'stage',
  tax: 'alone',
  flat: 'alone',
  two: 'alone',
  memory: 'alone',
  policies: 'alone',
  product: 'alone',
  mixed: 'alone',
} as const
type Part = keyof typeof PARTS

const isPart = (name: string): name is Part => name in PARTS

async function measureStaged(wanted: ReadonlySet<Part>): Promise<Measured[]> {
  return withStage(port, async (stage) => {
    const found: Measured[] = []
    if (wanted.has('exchange'))
      found.push(await measureExchange(stage, { rounds, peerPort: port + 1, floorPort: port + 8 }))
    if (wanted.has('evaluation')) found.push(await measureEvaluation(stage))
    if (wanted.has('introspection')) found.push(await measureIntrospection(stage, port + 2))
    if (wanted.has('issue')) found.push(await measureParts(stage))
    if (wanted.has('revocation')) found.push(await measureRevocation(stage))
    if (wanted.has('commits')) found.push(await measureCommits(stage))
    return found
  })
}

async function measure(wanted: ReadonlySet<Part>): Promise<Measured[]> {
  const found: Measured[] = []
  if ([...wanted].some((part) => PARTS[part] === 'stage')) found.push(...(await measureStaged(wanted)))
  if (wanted.has('tax')) found.push(await measureTax(port, sizes))
  if (wanted.has('flat'))
    found.push(
      await measureFlat(port, { ...sizes, grants: Number(values.grants), agents: Number(values.agents) }),
    )
  if (wanted.has('two')) found.push(await measureTwo(port, sizes))
  if (wanted.has('memory')) found.push(await measureMemory(port, Number(values.issues)))
  if (wanted.has('policies')) found.push(await measurePolicySizes())
  if (wanted.has('product')) found.push(await measureProduct(port))
  if (wanted.has('mixed'))
    found.push(await measureMixed({ port, seconds: minutes * 60, perSecond: Number(values.rate) }))
  return found
}

const machine = () =>
  `Node ${process.version}, ${cpus().length} cores ${cpus()[0]?.model ?? ''}, ${new Date().toISOString()}, load ${loadavg()[0]?.toFixed(1)}`

// The sizes that were asked for belong to the figures. Ports and sentences do not.
const SIZES = ['rounds', 'each', 'grants', 'agents', 'issues', 'minutes'] as const

const optionsSaid = () => [
  ...SIZES.flatMap((name) => (process.argv.includes(`--${name}`) ? [`--${name} ${values[name]}`] : [])),
  ...(values.write ? ['--write'] : []),
]

async function main(): Promise<void> {
  if (values.help || positionals.some((name) => !isPart(name))) {
    console.log(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }
  await bundleServers()
  const named = positionals.filter(isPart)
  const wanted = new Set(named.length > 0 ? named : (Object.keys(PARTS) as Part[]))
  const found = await measure(wanted)
  console.log(`\n${machine()}\n\n${found.map(textOf).join('\n\n')}`)
  const command = ['npm run bench --', ...named, ...optionsSaid()].join(' ')
  if (values.write) {
    const file = join(projectRoot, 'docs/benchmarks.md')
    const run = { command, machine: machine(), note: values.note }
    writeFileSync(file, documentOf(found, run, readFileSync(file, 'utf8')))
  }
  const lines = found.flatMap((measured) => measured.lines)
  process.exitCode = lines.every(({ holds }) => holds !== false) ? 0 : 1
}

await main()
