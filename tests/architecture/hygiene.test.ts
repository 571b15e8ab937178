import { describe, expect, test } from 'vitest'
import { isCode } from './checker/check'
import { listFiles, readText } from './checker/tree'

const paths = listFiles()
const TEXT =
  /\.(ts|tsx|js|jsx|mjs|cjs|json|md|css|html|sql|prisma|cedar|cedarschema|ya?ml|svg|txt)$|(^|\/)\.?[^./]+$/
const texts = new Map(paths.filter((path) => TEXT.test(path)).map((path) => [path, readText(path)]))

/** Every place a pattern is found, as `path:line text`. */
function find(pattern: RegExp, inPath: (path: string) => boolean): string[] {
  const lines = [...texts].flatMap(([path, text]) =>
    inPath(path)
      ? text.split('\n').map((line, at) => ({ place: `${path}:${at + 1}`, line: line.trim() }))
      : [],
  )
  return lines
    .filter(({ line }) => pattern.test(line))
    .map(({ place, line }) => `${place} ${line.slice(0, 80)}`)
}

// `~` stands inside words that must not be written out here, or this file would find itself.
const pattern = (source: string, flags = '') => new RegExp(source.replaceAll('~', ''), flags)
const planted = (text: string) => text.replaceAll('~', '')

const isTest = (path: string) => path.startsWith('tests/')
const isLock = (path: string) => path === 'package-lock.json'

type Ban = { what: string; pattern: RegExp; in: (path: string) => boolean; plants: readonly string[] }

const BANS: readonly Ban[] = [
  {
    what: 'a test that is left out',
    pattern: pattern(
      '\\.(sk~ip|on~ly|to~do|fix~me|fa~ils)\\(|\\.(sk~ipIf|run~If)\\(|\\b(x~it|x~describe|f~describe)\\(',
    ),
    in: isTest,
    plants: [
      'test.sk~ip(name)',
      'describe.on~ly(name)',
      'test.fix~me()',
      'x~it(name)',
      'test.run~If(linux)(name)',
    ],
  },
  {
    what: 'a test that sleeps',
    pattern: pattern('waitFor~Timeout|timers~/promises'),
    in: isTest,
    plants: ['await page.waitFor~Timeout(100)', "import { setTimeout } from 'node:timers~/promises'"],
  },
  {
    what: 'a folder of one machine',
    pattern: pattern('(^|[\\s\'"`(=:,])/(wo~rk|ho~me|ro~ot|Us~ers|tm~p)/\\w|[A-Z]:\\\\+Us~ers'),
    in: (path) => !isLock(path),
    plants: ["'/wo~rk/main'", 'cd /ho~me/someone', '(/ro~ot/x', 'C:\\Us~ers\\someone'],
  },
  {
    what: 'a package host',
    pattern: pattern('\\bregis~try[.-][\\w-]+\\.[a-z]{2,}|\\bnpm~mirror|arti~factory|verda~ccio|jf~rog', 'i'),
    in: () => true,
    plants: [
      'https://regis~try.npmjs.org/zod',
      'https://host.jf~rog.io/npm',
      'http://arti~factory.corp.example',
    ],
  },
  {
    what: 'an address in the lock',
    pattern: pattern('"resol~ved":'),
    in: isLock,
    plants: ['"resol~ved": "https://host.example/zod.tgz"'],
  },
  {
    what: 'a silenced compiler',
    pattern: pattern('@ts-(ig~nore|no~check|expect-~error)'),
    in: isCode,
    plants: ['// @ts-ig~nore', '// @ts-expect-~error'],
  },
]

describe('no tracked file holds', () => {
  for (const ban of BANS) {
    test(ban.what, () => expect(find(ban.pattern, ban.in)).toEqual([]))
    test(`${ban.what}, which would be seen`, () => {
      for (const plant of ban.plants) expect(planted(plant)).toMatch(ban.pattern)
    })
  }

  test('build results', () => {
    const built = /^(generated|dist|\.next|\.data|node_modules|test-results)\//
    expect(paths.filter((path) => built.test(path))).toEqual([])
  })
})

test('every test file is found by a runner', () => {
  const kinds = /^tests\/(unit|integration|architecture)\/.*\.test\.tsx?$|^tests\/browser\/.*\.spec\.ts$/
  const named = paths.filter((path) => /\.(test|spec)\.\w+$/.test(path))
  expect(named.filter((path) => !kinds.test(path))).toEqual([])
  expect(named.length).toBeGreaterThan(0)
})
