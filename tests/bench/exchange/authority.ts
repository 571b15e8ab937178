import { hasEnded } from '@/lib/ops/spawn-child'
import { type Child, startServer, untilReady } from '../child'

export type RunningAuthority = {
  issuer: string
  port: number
  pid: () => number | undefined
  /** How often it ended by itself, and starts it again when it has. */
  mend: () => Promise<number>
  stop: () => Promise<void>
}

export type AuthorityStart = { folder: string; port: number; env: Readonly<Record<string, string>> }

/** One authority process, bundled as in production, on the database of `env`. */
export async function startAuthority({ folder, port, env }: AuthorityStart): Promise<RunningAuthority> {
  const issuer = `http://127.0.0.1:${port}`
  const all = {
    ...env,
    ...{ NODE_ENV: 'production', COUNTERSIGN_DEMO: '0', COUNTERSIGN_EMBEDDED: '0' },
    ...{ AUTHORITY_PORT: String(port), COUNTERSIGN_ISSUER: issuer },
  }
  const begin = async (): Promise<Child> => {
    const child = startServer('authority', { folder, env: all })
    await untilReady(child, async () => (await fetch(`${issuer}/readyz`)).ok)
    return child
  }
  let child = await begin()
  let deaths = 0
  const mend = async () => {
    if (!hasEnded(child.process)) return deaths
    deaths += 1
    child = await begin()
    return deaths
  }
  return { issuer, port, pid: () => child.process.pid, mend, stop: () => child.stop() }
}
