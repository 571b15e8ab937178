import { type ChildProcess, spawn } from 'node:child_process'

export type StartedProcess = {
  pid: number
  child: ChildProcess
  output: () => string
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>
  /** Ends it and returns its exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Starts a TypeScript file as a process of its own and waits until it has said `word`. */
export async function startProcess(
  file: string,
  env: Readonly<Record<string, string>>,
  {
    word = 'listening',
    nodeArgs = [],
    args = [],
  }: { word?: string; nodeArgs?: string[]; args?: string[] } = {},
): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...nodeArgs, file, ...args], {
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
  const ended = new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    else child.once('exit', resolve)
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    child.kill(signal)
    return ended
  }
  return { ended, pid: child.pid ?? 0, child, output: () => output, stop }
}
