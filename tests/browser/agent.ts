import { spawn } from 'node:child_process'

export type AgentRun = { code: number | null; said: string }

/** Runs the demo agent as the separate process it is, against the product of this run. */
export function runAgent(...args: string[]): Promise<AgentRun> {
  const env = {
    ...process.env,
    COUNTERSIGN_DATA_DIR: process.env.BROWSER_DATA_DIR,
    COUNTERSIGN_ISSUER: process.env.BROWSER_ISSUER,
    DEMO_PORT_BASE: process.env.BROWSER_DEMO_PORT_BASE,
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['lib/ops/demo/agent.mjs', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const hear = (text: Buffer) => {
      said += text.toString()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said }))
  })
}
