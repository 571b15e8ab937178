import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'
import { entryArguments } from '../entry'
import { letGo, spawnChild, stopChild } from '../spawn-child'

const Ready = z.object({ url: z.string() })
const DRAIN_MS = 10_000

export type Embedded = { url: string; pid: number; stop(): Promise<void> }
export type EmbeddedOptions = { template?: string }

/**
 * Starts the embedded database of a folder in its own process and waits until it answers.
 * It ends with this process, also when this process is killed. Fails with the database's own sentence.
 */
export async function startEmbedded(dir: string, { template }: EmbeddedOptions = {}): Promise<Embedded> {
  const child = spawnChild({ arguments: entryArguments('embedded', dir, ...(template ? [template] : [])) })
  const url = await ready(child)
  child.stdout?.resume()
  child.stderr?.pipe(process.stderr)
  // Only work that is under way keeps the caller alive, not the database it uses.
  letGo(child)
  return { url, pid: child.pid ?? 0, stop: () => stopChild(child, DRAIN_MS) }
}

async function ready(child: ChildProcess): Promise<string> {
  let said = ''
  const hear = (text: Buffer) => {
    said += text.toString()
  }
  child.stderr?.on('data', hear)
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(Ready.parse(message).url))
    child.once('error', reject)
    child.once('close', () => reject(new Error(said.trim() || 'The embedded database ended while starting.')))
  })
  child.stderr?.off('data', hear)
  return url
}
