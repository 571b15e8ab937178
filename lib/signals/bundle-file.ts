import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { isBundleFileName } from '@/lib/domain/trust-bundle'
import type { Fetched } from './fetch-json'

const MOST_BYTES = 256 * 1024

const no = (problem: string): Fetched => ({ ok: false, problem })
// One sentence for all of them: what else lies on this machine is nobody's to find out.
const NOT_THERE = no('The folder of bundles holds no such file that can be read.')

/**
 * Reads one JSON document from the operator's folder of bundles. Whoever types the name must not read anything else of this
 * machine: a plain name, links only to what is inside the folder too (as Kubernetes mounts its files), regular files only, at
 * most 256 KiB, and nothing of what it holds in the answer unless it is JSON.
 */
export async function readBundleFile(folder: string | null, name: string): Promise<Fetched> {
  if (folder === null)
    return no('This installation has no folder of bundles: COUNTERSIGN_BUNDLES is not set.')
  if (!isBundleFileName(name)) return NOT_THERE
  const file = await openInside(folder, name)
  if (!file) return NOT_THERE
  try {
    return await read(file)
  } finally {
    await file.close()
  }
}

async function openInside(folder: string, name: string): Promise<FileHandle | null> {
  try {
    const [inside, path] = [await realpath(folder), await realpath(join(folder, name))]
    if (!path.startsWith(inside.endsWith(sep) ? inside : inside + sep)) return null
    // The path holds no link any more. Without waiting: a pipe would hold up whoever opens it.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return null
  }
}

async function read(file: FileHandle): Promise<Fetched> {
  const stat = await file.stat()
  if (!stat.isFile()) return NOT_THERE
  if (stat.size > MOST_BYTES) return no('The file is longer than 256 KiB.')
  const held = Buffer.alloc(stat.size)
  let length = 0
  while (length < held.length) {
    const { bytesRead } = await file.read(held, length, held.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  const json = parseStrictJson(held.subarray(0, length).toString('utf8'))
  return json.ok ? { ok: true, value: json.value } : no(`The file cannot be read. ${json.problem}`)
}
