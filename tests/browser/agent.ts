import { spawn } from 'node:child_process'

export type AgentRun = { code: number | null; said: string }

export type RunningAgent = {
  /** Resolves when the agent has said this, with everything it said until then. */
  heard: (words: string) => Promise<string>
  ended: Promise<AgentRun>
  stop: () => void
}

/** Starts the demo agent as the separate process it is, against the product of this run. */
export function startAgent(...args: string[]): RunningAgent {
  const env = {
    ...process.env,
    COUNTERSIGN_DATA_DIR: process.env.BROWSER_DATA_DIR,
    COUNTERSIGN_ISSUER: process.env.BROWSER_ISSUER,
    DEMO_PORT_BASE: process.env.BROWSER_DEMO_PORT_BASE,
  }
  const child = spawn(process.execPath, ['lib/ops/demo/agent.mjs', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const listeners = new Set<() => void>()
  const hear = (text: Buffer) => {
    said += text.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<AgentRun>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said }))
  })
  const heard = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const listen = () => {
        if (said.includes(words)) resolve(said)
      }
      listeners.add(listen)
      listen()
      ended.then(() => reject(new Error(`The agent ended without saying "${words}":\n${said}`)), reject)
    })
  return { heard, ended, stop: () => child.kill() }
}

/** Runs the demo agent to its end. */
export const runAgent = (...args: string[]): Promise<AgentRun> => startAgent(...args).ended

export type DemoServer = 'tickets' | 'vault' | 'refunds'

/** The page on which a demo resource server lists the calls it received. */
export const demoPage = (server: DemoServer): string => {
  const place = ['tickets', 'vault', 'refunds'].indexOf(server)
  return `http://127.0.0.1:${Number(process.env.BROWSER_DEMO_PORT_BASE) + place}/`
}
