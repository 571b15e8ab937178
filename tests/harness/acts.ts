import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '@/lib/ops/entry'
import type { ActName, Answered, Told } from './acts-child'
import type { Mark } from './marks'

// What packages written for CommonJS look for, in a bundle that is none.
const COMMONJS = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

/** An entry point with its packages in one file, which starts in a third of the time, and beside it its threads. */
export async function bundled(entry: string, ...threads: string[]) {
  const name = entry.replaceAll(/\W+/g, '-')
  const outdir = join(projectRoot, `node_modules/.cache/countersign/${name}-${process.pid}`)
  const entryPoints = [entry, ...threads].map((path) => join(projectRoot, path))
  await build({
    ...{ entryPoints, outdir, entryNames: '[name]', outExtension: { '.js': '.mjs' } },
    absWorkingDir: projectRoot,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', banner: { js: COMMONJS } },
    // The engine reads its WebAssembly from beside itself.
    external: ['@cedar-policy/*', 'pg-native'],
    logLevel: 'silent',
  })
  const file = join(outdir, basename(entry).replace(/\.ts$/, '.mjs'))
  return { file, remove: () => rm(outdir, { recursive: true, force: true }) }
}

/** A process that acts. Whoever awaits an act learns its answer, or that the process was killed. */
export class ActingProcess {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (answered: Answered | 'killed') => void>()
  private readonly ready: Promise<unknown>
  private acts = 0

  constructor(file: string, env: NodeJS.ProcessEnv) {
    const stdio: ('inherit' | 'ipc' | 'ignore')[] = ['ignore', 'inherit', 'inherit', 'ipc']
    this.child = spawn(process.execPath, [file], { env, stdio, serialization: 'advanced' })
    this.ready = once(this.child, 'message')
    this.child.on('message', (answered: Answered | 'ready') => {
      if (answered === 'ready') return
      this.waiting.get(answered.id)?.(answered)
      this.waiting.delete(answered.id)
    })
    this.child.on('exit', (_, signal) => {
      for (const tell of this.waiting.values())
        tell(signal === 'SIGKILL' ? 'killed' : { id: 0, fault: 'It ended.' })
    })
  }

  /** The answer of a use case over there. Throws what it threw. */
  async perform<T>(act: ActName, ...args: readonly unknown[]): Promise<T> {
    const answered = await this.tell(act, args, null)
    if (answered === 'killed') throw new Error('It was killed.')
    if ('fault' in answered) throw new Error(answered.fault)
    return answered.answer as T
  }

  /** Lets it act and die at a mark. Fails when it got past the mark and answered. */
  async dieAt(mark: Mark, act: ActName, ...args: readonly unknown[]): Promise<void> {
    const answered = await this.tell(act, args, mark)
    if (answered !== 'killed') throw new Error(`It was not killed: ${JSON.stringify(answered)}`)
  }

  private async tell(
    act: ActName,
    args: readonly unknown[],
    killAt: Mark | null,
  ): Promise<Answered | 'killed'> {
    await this.ready
    const id = ++this.acts
    const answered = new Promise<Answered | 'killed'>((resolve) => this.waiting.set(id, resolve))
    this.child.send({ id, act, args, killAt } satisfies Told)
    return answered
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    await this.ready
    const ended = once(this.child, 'exit')
    this.child.disconnect()
    await ended
  }
}
