// What was last built from what: a step is done again only when the content of its sources changed.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './run-step.mjs'

const file = join(root, 'dist/stamps.json')

/** One hash over the names and contents of files and folders; what does not exist counts as absent. */
export function stampOf(places, ignored = []) {
  const hash = createHash('sha256').update(process.version)
  for (const path of places.flatMap((place) => filesOf(place, ignored))) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

function filesOf(path, ignored) {
  if (ignored.includes(path)) return []
  const found = statSync(join(root, path), { throwIfNoEntry: false })
  if (!found) return []
  if (!found.isDirectory()) return [path]
  const names = readdirSync(join(root, path)).sort()
  return names.flatMap((name) => filesOf(`${path}/${name}`, ignored))
}

export function isCurrent(name, stamp, product) {
  return (
    readStamps()[name] === stamp && statSync(join(root, product), { throwIfNoEntry: false }) !== undefined
  )
}

export function keepStamp(name, stamp) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...readStamps(), [name]: stamp }, null, 2)}\n`)
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
