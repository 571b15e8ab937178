// Takes out of node_modules what only tools and tests need, for an image that has what runs and nothing else.
// `npm prune --omit=dev` keeps what production might have use for if it were there: a browser's driver, compilers.
// Plain JavaScript with Node built-ins only: it takes away what would run anything else.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathsThatRun } from './bootstrap/what-runs.mjs'

const PROGRAMS = 'node_modules/.bin'
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const kept = pathsThatRun(packages)

const remove = (path) => rmSync(path, { recursive: true, force: true })

for (const path of Object.keys(packages)) if (path !== '' && !kept.has(path)) remove(path)
for (const name of existsSync(PROGRAMS) ? readdirSync(PROGRAMS) : []) {
  const link = join(PROGRAMS, name)
  if (!existsSync(link)) remove(link)
}
for (const scope of readdirSync('node_modules').filter((name) => name.startsWith('@'))) {
  const folder = join('node_modules', scope)
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
// npm's own list of what is installed is no longer true.
remove('node_modules/.package-lock.json')
