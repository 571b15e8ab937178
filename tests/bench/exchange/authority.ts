import { hasEnded } from '@/lib/ops/spawn-child'
import { type Child, startServer, untilReady } from '../child'
import { RAISED_LIMITS } from '../limits'

export type RunningAuthority = {
  issuer: string
  port: number
  pid: () => number | undefined
  /** How often it ended by itself, and starts it again when it has. */
  mend: () => Promise<number>
  /** Workload JWTs and mandates it was asked about, and those it had verified a moment before. */
  proofs: () => Promise<{ asked: number; kept: number }>
  stop: () => Promise<void>
}

// Of the product's two listeners for figures the authority's is the second.
const METRICS = 4
const metricsUrl = (port: number) => `http://127.0.0.1:${port + METRICS + 1}/metrics`

function readProofs(text: string): { asked: number; kept: number } {
  const found = [...text.matchAll(/^countersign_proofs_total{[^}]*kept="(yes|no)"[^}]*} (\d+)$/gm)]
  if (found.length === 0) throw new Error('The authority does not count its proofs.')
  const sum = (rows: typeof found) => rows.reduce((total, [, , count]) => total + Number(count), 0)
  return { asked: sum(found), kept: sum(found.filter(([, kept]) => kept === 'yes')) }
}

export type AuthorityStart = { folder: string; port: number; env: Readonly<Record<string, string>> }

/** One authority process, bundled as in production, on the database of `env`. */
export async function startAuthority({ folder, port, env }: AuthorityStart): Promise<RunningAuthority> {
  const issuer = `http://127.0.0.1:${port}`
  const all = {
    ...env,
    ...RAISED_LIMITS,
    ...{ NODE_ENV: 'production', COUNTERSIGN_DEMO: '0', COUNTERSIGN_EMBEDDED: '0' },
    // Counted as always, and never reached: two agents do here what thousands do elsewhere.
    COUNTERSIGN_AGENT_LIMIT: '9999999',
    ...{ AUTHORITY_PORT: String(port), COUNTERSIGN_ISSUER: issuer, METRICS_PORT: String(port + METRICS) },
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
  const proofs = async () => readProofs(await (await fetch(metricsUrl(port))).text())
  return { issuer, port, proofs, pid: () => child.process.pid, mend, stop: () => child.stop() }
}
