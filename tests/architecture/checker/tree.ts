import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

const git = (...args: string[]) =>
  execFileSync('git', ['ls-files', '-z', ...args], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)

/** Paths of the product: what git follows, and what it would follow once added. */
export const listFiles = (): string[] =>
  git('--cached', '--others', '--exclude-standard').filter((path) => existsSync(`${ROOT}/${path}`))

/** How many code files git itself counts, asked in another way than `listFiles`. */
export const countCode = (): number =>
  git('--', '*.ts', '*.tsx', '*.mts', '*.js', '*.jsx', '*.mjs', '*.cjs').filter((path) =>
    existsSync(`${ROOT}/${path}`),
  ).length

export const readText = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8')
