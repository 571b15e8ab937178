import { describe, expect, test } from 'vitest'
import { isCode } from './checker/check'
import { listFiles, readText } from './checker/tree'

// What docs/asvs.csv says that nothing does, looked for in what we wrote: the code itself is the evidence.

const code = listFiles().filter((path) => isCode(path) && /^(app|components|lib)\//.test(path))
const sources = new Map([...code, 'proxy.ts', 'next.config.ts'].map((path) => [path, readText(path)]))

const within = (pattern: RegExp, below = '') =>
  [...sources]
    .filter(([path, text]) => path.startsWith(below) && pattern.test(text))
    .map(([path]) => path)
    .sort()

const COMMAND = /\bexec(File|FileSync|Sync)?\([`'"]|\bshell: /
const PROCESSES = /['"](node:)?(child_process|cluster|worker_threads)['"]/
const HEARS_PASTING = /onPaste|'paste'/
const STORES = /\b(localStorage|sessionStorage|indexedDB|caches\.open)\b/
const OTHER_SITES = /access-control-allow-origin/i
const WAYS_OUT = /\begressAgent\(|\bfetch\(|from '(nodemailer|node:https)'|\bhttps?\.(get|request)\(/

describe('what is looked for', () => {
  test('would be found', () => {
    expect(sources.size).toBeGreaterThan(500)
    expect("execSync('ls')").toMatch(COMMAND)
    expect('spawn(file, { shell: true })').toMatch(COMMAND)
    expect('<input onPaste={stop} />').toMatch(HEARS_PASTING)
    expect("sessionStorage.setItem('a', 'b')").toMatch(STORES)
    expect("c.header('Access-Control-Allow-Origin', '*')").toMatch(OTHER_SITES)
    expect("await fetch('https://elsewhere.example')").toMatch(WAYS_OUT)
  })
})

describe('in the code', () => {
  test('V1.2.5: no shell is asked anything, and processes are started in one folder', () => {
    expect(within(COMMAND)).toEqual([])
    expect(within(PROCESSES).filter((path) => !path.startsWith('lib/ops/'))).toEqual([
      'lib/authority/proof-thread.ts',
      'lib/authority/proofs-beside.ts',
    ])
  })

  test('V3.4.2: only the public list of states may be read by pages of others', () =>
    expect(within(OTHER_SITES)).toEqual(['lib/authority/status.ts']))

  test('V3.5.4: the authority neither reads nor sets a cookie', () => {
    expect(within(/cookie/i, 'lib/authority/')).toEqual([])
    expect(within(/cookie/i, 'lib/web/').length).toBeGreaterThan(3)
  })

  test('V6.2.7: nothing minds pasting, and each field of a password says which it is', () => {
    expect(within(HEARS_PASTING)).toEqual([])
    const fields = within(/type="password"/)
    expect(fields.length).toBeGreaterThan(2)
    expect(fields.filter((path) => !/autoComplete="(new|current)-password"/.test(readText(path)))).toEqual([])
  })

  test('V13.1.1: every way out is in the table of docs/operations.md', () => {
    const table = readText('docs/operations.md').split('## Who is called')[1]?.split('\n## ')[0] ?? ''
    const named = [...table.matchAll(/`(lib\/[\w./-]+)`/g)].map(([, path]) => path ?? '')
    expect(named).toContain('lib/data/connection.ts')
    // What asks its own machine or its own console calls nobody, and PostgreSQL's driver has one folder.
    const isOut = (path: string) => /^lib\/(?!ops\/|data\/)/.test(path)
    expect(within(WAYS_OUT).filter(isOut)).toEqual(named.filter(isOut).sort())
  })

  test('V14.3.3: the browser keeps the theme, and one mark in a cookie', () => {
    expect(within(STORES)).toEqual(['components/shell/theme-script.tsx'])
    expect(within(/document\.cookie = /)).toEqual(['components/live/busy.ts'])
  })
})
