import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type LoggedLine = Readonly<Record<string, unknown>> & { msg: string }

/** One of our servers as a process of its own, with everything it prints, on both channels, as it prints it. */
export async function startServer(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const listening = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        output += part
        if (output.includes('"msg":"listening"')) resolve(true)
      })
    void ended.then(() => resolve(false))
  })
  const rawLines = () => output.split('\n').filter((line) => line !== '')
  return {
    isListening: await listening,
    output: () => output,
    rawLines,
    lines: (): LoggedLine[] => rawLines().map((line) => JSON.parse(line)),
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    ended,
    end: async (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return (await ended)[0]
    },
  }
}
export type ServerProcess = Awaited<ReturnType<typeof startServer>>

/** The authority from source, on a port of its own. */
export const startAuthority = (port: number, env: Readonly<Record<string, string>>) =>
  startServer(['--import', 'tsx', 'lib/authority/main.ts'], {
    ...process.env,
    COUNTERSIGN_DEMO: '0',
    AUTHORITY_PORT: String(port),
    ...env,
  })
