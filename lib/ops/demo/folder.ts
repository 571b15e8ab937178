import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The demo's folder holds private keys: nobody but this user may look in. */
export async function openFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await chmod(dir, 0o700)
}

/** Reads a file, or makes it once: of two makers at the same time, both end with the same content. */
export async function readOrMake(
  dir: string,
  name: string,
  make: () => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const path = join(dir, name)
  const present = await readIfPresent(path)
  if (present) return present
  const draft = await writeDraft(path, `${JSON.stringify(await make(), null, 2)}\n`)
  try {
    await link(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readJson(path)
}

export async function writePrivate(path: string, text: string): Promise<void> {
  await rename(await writeDraft(path, text), path)
}

export async function readJson(path: string): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (!isRecord(value)) throw new Error(`${path} does not hold a JSON object.`)
  return value
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

async function readIfPresent(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return await readJson(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
  return draft
}
