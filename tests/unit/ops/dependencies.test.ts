import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { belowFloor, Floors, unusedFloors } from '@/lib/ops/dependencies/floors'
import { deniedLicences, licencesPage } from '@/lib/ops/dependencies/licences'
import { type LockedPackage, readLock } from '@/lib/ops/dependencies/lock'

const packages = readLock(readFileSync('package-lock.json', 'utf8'))
const floors = Floors.parse(JSON.parse(readFileSync('docs/dependency-floors.json', 'utf8')))

const copyOf = (name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
  ...{ path: `node_modules/a/node_modules/${name}`, name, version, licence: 'MIT', isProduction: true },
  ...more,
})

describe('versions with a known hole', () => {
  test('are not installed', () => {
    expect(packages.length).toBeGreaterThan(300)
    expect(belowFloor(packages, floors)).toEqual([])
  })

  test('are named by floors of packages that are installed', () => {
    expect(unusedFloors(packages, floors)).toEqual([])
    expect(unusedFloors([], { gone: { lowest: '1.0.0', because: 'A hole that was closed.' } })).toEqual([
      'gone',
    ])
  })

  test.each(['16.3.2', '15.9.9', '16.2.99', '16.3.3-canary.1', '9.99.99', 'github:vercel/next.js'])(
    'would be seen in any copy: next %s',
    (version) => {
      const found = belowFloor([...packages, copyOf('next', version)], floors)
      expect(found).toEqual([
        expect.stringContaining(`node_modules/a/node_modules/next is ${version}, below`),
      ])
    },
  )

  test.each(['16.3.3', '16.3.10', '16.10.0', '17.0.0'])('are below what is allowed: next %s', (version) => {
    expect(belowFloor([copyOf('next', version)], floors)).toEqual([])
  })
})

describe('licences', () => {
  test('of what runs are allowed', () => expect(deniedLicences(packages)).toEqual([]))

  test.each(['GPL-3.0-only', 'LGPL-3.0-or-later', 'AGPL-3.0', 'SSPL-1.0', 'MIT AND GPL-2.0', null])(
    'that nobody has allowed would be seen: %s',
    (licence) => {
      expect(deniedLicences([copyOf('x', '1.0.0', { licence })])).toEqual([
        `x 1.0.0: ${licence ?? 'no licence'}`,
      ])
      expect(deniedLicences([copyOf('x', '1.0.0', { licence, isProduction: false })])).toEqual([])
    },
  )

  test('are listed as they are: run `npm run licences` when this is red', () => {
    expect(readFileSync('docs/licences.md', 'utf8')).toBe(licencesPage(packages))
  })

  test('are what the installed packages themselves say', () => {
    const installed = packages.filter(({ path, isProduction }) => isProduction && existsSync(path))
    const said = installed.map(({ path }) => JSON.parse(readFileSync(`${path}/package.json`, 'utf8')).license)
    expect(said).toEqual(installed.map(({ licence }) => licence))
  })
})

test('the bill of materials lists every package that runs, and no host they came from', {
  timeout: 180_000,
}, async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    maxBuffer: 64 * 2 ** 20,
  })
  const bill = JSON.parse(stdout)
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { type: 'application' } } })
  const listed = new Set(bill.components.map((one: LockedPackage) => `${one.name}@${one.version}`))
  const running = packages.filter(({ path, isProduction }) => isProduction && existsSync(path))
  expect(running.length).toBeGreaterThan(100)
  const missing = running.map(({ name, version }) => `${name}@${version}`).filter((one) => !listed.has(one))
  expect(missing).toEqual([])
  expect(stdout).not.toMatch(/"type": "distribution"/)
})
