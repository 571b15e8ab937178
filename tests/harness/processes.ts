import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export type StartedProcess = {
  pid: number
  child: ChildProcess
  output: () => string
  /** Ends it and returns its exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Starts a TypeScript file as a process of its own and waits until it has said `word`. */
export async function startProcess(
  file: string,
  env: Readonly<Record<string, string>>,
  { word = 'listening', nodeArgs = [] }: { word?: string; nodeArgs?: string[] } = {},
): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...nodeArgs, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${file} did not start: ${output}`)))
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => {
        output += part
        if (output.includes(word)) resolve()
      })
  })
  await ready
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit')
    child.kill(signal)
    const [code] = await ended
    return code
  }
  return { pid: child.pid ?? 0, child, output: () => output, stop }
}
