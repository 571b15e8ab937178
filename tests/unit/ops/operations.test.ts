import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CONSOLE_SOURCES } from '@/lib/ops/bootstrap/build.mjs'
import ENTRIES from '@/lib/ops/entries.json'

// What is written for whoever runs this is what there is.

const guide = readFileSync('docs/operations.md', 'utf8')
const settings = ['settings', 'secrets', 'limits', 'oidc-settings', 'mail-settings']
  .map((name) => readFileSync(`lib/domain/${name}.ts`, 'utf8'))
  .join('\n')
const pages = ['operations', 'sign-in', 'observability']
  .map((name) => readFileSync(`docs/${name}.md`, 'utf8'))
  .join('\n')
const units = readdirSync('deploy').filter((name) => name.endsWith('.service'))
const container = readFileSync('Containerfile', 'utf8')

const programs = (text: string) => [...text.matchAll(/\bdist\/([\w-]+)\.mjs/g)].map(([, name]) => name ?? '')

describe('docs/operations.md', () => {
  for (const name of ['roles', 'rights'])
    test(`quotes prisma/${name}.sql to the letter`, () => {
      expect(guide).toContain(`\`\`\`sql\n${readFileSync(`prisma/${name}.sql`, 'utf8').trimEnd()}\n\`\`\``)
    })

  test('names settings that are read, and programs that are built', () => {
    const table = guide.slice(guide.indexOf('## Settings'), guide.indexOf('## Accounts'))
    const named = [...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name ?? '')
    expect(named.length).toBeGreaterThan(8)
    expect(named.filter((name) => !settings.includes(name))).toEqual([])
    expect(programs(guide).filter((name) => !(name in ENTRIES))).toEqual([])
  })

  test('and no setting that is read is told nowhere', () => {
    const read = [...settings.matchAll(/^ {2}([A-Z][A-Z_]{4,}): /gm)].map(([, name]) => name ?? '')
    expect(read.length).toBeGreaterThan(20)
    // What the supervisor tells its own processes is nobody's to set.
    expect(read.filter((name) => name !== 'COUNTERSIGN_EMBEDDED' && !pages.includes(name))).toEqual([])
  })

  test('fits the patience of somebody on call', () => expect(guide.split('\n').length).toBeLessThan(250))
})

describe('deploy', () => {
  test('has a unit for each part', () =>
    expect(units.sort()).toEqual([
      'countersign-authority.service',
      'countersign-console.service',
      'countersign-migrate.service',
    ]))

  for (const name of units) {
    const unit = readFileSync(`deploy/${name}`, 'utf8')
    test(`${name} runs a program that is built, as nobody special`, () => {
      expect(programs(unit).filter((program) => !(program in ENTRIES))).toEqual([])
      expect(programs(unit)).toHaveLength(1)
      const hardened = [
        'User=countersign',
        'NoNewPrivileges=yes',
        'CapabilityBoundingSet=',
        'ProtectSystem=strict',
        // Node makes calls that `@system-service` lacks: without the second set, or killed for any call, it never starts.
        'SystemCallFilter=@system-service @pkey',
        'SystemCallErrorNumber=EPERM',
      ]
      const lines = unit.split('\n')
      expect(hardened.filter((line) => !lines.includes(line))).toEqual([])
      // JavaScript is compiled while it runs.
      expect(unit).not.toContain('MemoryDenyWriteExecute')
    })
  }
})

describe('Containerfile', () => {
  const [, build = '', image = ''] = container.split(/^FROM .*$/m)
  const copied = (stage: string) =>
    [...stage.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(
      ([, sources]) => sources?.split(' ') ?? [],
    )
  const kept = copied(image).map((path) => path.replace('/opt/countersign/', ''))
  const MADE = ['node_modules', 'dist', '.next']

  test('copies what is there, and everything the console is built from', () => {
    expect(copied(build).filter((path) => !existsSync(path))).toEqual([])
    const isCopied = (path: string) =>
      copied(build).some((place) => path === place || path.startsWith(`${place}/`))
    expect(CONSOLE_SOURCES.filter((path) => !isCopied(path))).toEqual([])
  })

  test('keeps what was copied or made, and what runs children', () => {
    expect(kept.filter((path) => !MADE.includes(path) && !existsSync(path))).toEqual([])
    expect(kept).toEqual(
      expect.arrayContaining([...MADE, 'lib/ops/child.mjs', 'lib/ops/parent-watch.mjs', 'prisma']),
    )
    expect(programs(container).filter((name) => !(name in ENTRIES))).toEqual([])
  })

  test('runs without root and says whether it is alive', () => {
    expect(image).toMatch(/^USER node$/m)
    expect(image).toMatch(/^HEALTHCHECK .*healthy\.mjs/m)
    expect(kept).toContain('lib/ops/healthy.mjs')
  })
})
