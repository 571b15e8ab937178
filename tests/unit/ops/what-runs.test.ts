import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pathsThatRun } from '@/lib/ops/bootstrap/what-runs.mjs'
import { readLock } from '@/lib/ops/dependencies/lock'

/** A lock in which every way to need something stands once, and what is not needed beside it. */
const packages = {
  '': {
    dependencies: { server: '1', client: '1' },
    optionalDependencies: { native: '1' },
    devDependencies: { tests: '1' },
  },
  'node_modules/server': {
    dependencies: { shared: '2' },
    peerDependencies: { client: '1', driver: '1', types: '1' },
    peerDependenciesMeta: { driver: { optional: true }, types: { optional: true } },
  },
  'node_modules/server/node_modules/shared': { dependencies: { deep: '1' } },
  'node_modules/client': { peerDependencies: { wanted: '1' } },
  'node_modules/wanted': {},
  'node_modules/native': { optionalDependencies: { 'native-here': '1', 'native-elsewhere': '1' } },
  'node_modules/native-here': { dependencies: { '@scope/probe': '1' } },
  'node_modules/@scope/probe': { devOptional: true },
  'node_modules/deep': {},
  'node_modules/driver': { devOptional: true, dependencies: { 'driver-core': '1' } },
  'node_modules/driver-core': { devOptional: true },
  'node_modules/shared': { dev: true },
  'node_modules/@tools/driver': { dev: true },
  'node_modules/tests': { dev: true, dependencies: { shared: '1', driver: '1' } },
}
const RUNNING = [
  'node_modules/@scope/probe',
  'node_modules/client',
  'node_modules/deep',
  'node_modules/native',
  'node_modules/native-here',
  'node_modules/server',
  'node_modules/server/node_modules/shared',
  'node_modules/wanted',
]

describe('what runs', () => {
  test('is what the product needs, found where Node finds it, without what a peer may do without', () => {
    expect([...pathsThatRun(packages)].sort()).toEqual(RUNNING)
  })

  test('has no tool of ours in it, and every package that package.json says runs', () => {
    const running = readLock(readFileSync('package-lock.json', 'utf8')).filter((one) => one.isProduction)
    const names = new Set(running.map(({ name }) => name))
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([])
    const tools = [
      '@playwright/test',
      'playwright-core',
      'prisma',
      '@prisma/dev',
      '@visx/shape',
      'typescript',
      'vitest',
    ]
    expect(tools.filter((name) => names.has(name))).toEqual([])
  })
})

describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-image-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const inside = (path: string) => join(folder, path)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(inside(path)), { recursive: true })
    writeFileSync(inside(path), text)
  }

  test('keeps exactly that, and no name of a program that is gone', () => {
    put('package-lock.json', JSON.stringify({ packages }))
    put('node_modules/.package-lock.json', '{}')
    const places = Object.keys(packages).filter(Boolean)
    for (const path of places) put(`${path}/index.js`, '')
    mkdirSync(inside('node_modules/.bin'))
    symlinkSync('../server/index.js', inside('node_modules/.bin/server'))
    symlinkSync('../driver/index.js', inside('node_modules/.bin/driver'))
    execFileSync(process.execPath, [resolve('lib/ops/leave-out-tools.mjs')], { cwd: folder })
    const left = readdirSync(inside('node_modules'), { recursive: true, encoding: 'utf8' })
    const kept = left
      .filter((path) => path.endsWith('/index.js'))
      .map((path) => `node_modules/${dirname(path)}`)
    expect(kept.sort()).toEqual(RUNNING)
    expect(readdirSync(inside('node_modules/.bin'))).toEqual(['server'])
    expect(left).toContain('@scope')
    expect(left).not.toContain('@tools')
    expect(left).not.toContain('.package-lock.json')
  })

  test('is built that way', () => {
    const [, build = ''] = readFileSync('Containerfile', 'utf8').split(/^FROM .*$/m)
    expect(build).toMatch(/start\.mjs build && node lib\/ops\/leave-out-tools\.mjs/)
  })
})
