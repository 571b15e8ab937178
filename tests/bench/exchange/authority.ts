import { once } from 'node:events'
import { hasEnded } from '@/lib/ops/spawn-child'
import { type Child, startServer, untilReady } from '../child'
import { RAISED_LIMITS } from '../limits'

export type Kept = { asked: number; kept: number }

export type RunningAuthority = {
  issuer: string
  port: number
  pid: () => number | undefined
  /** How often it ended by itself, and starts it again when it has. */
  mend: () => Promise<number>
  /** Workload JWTs and mandates it was asked about, and those it had verified a moment before. */
  proofs: () => Promise<Kept>
  /** Answers of policy that it needed, and those it had had a moment before. */
  answers: () => Promise<Kept>
  /** Ends it with no time for anything. */
  kill: () => Promise<void>
  stop: () => Promise<void>
}

// Of the product's two listeners for figures the authority's is the second.
const METRICS = 4
const metricsUrl = (port: number) => `http://127.0.0.1:${port + METRICS + 1}/metrics`

function readKept(text: string, name: string): Kept {
  const found = [...text.matchAll(new RegExp(`^${name}{(?:[^}]*,)?kept="(yes|no)"[^}]*} (\\d+)$`, 'gm'))]
  if (found.length === 0) throw new Error(`The authority does not count ${name}.`)
  const sum = (rows: typeof found) => rows.reduce((total, [, , count]) => total + Number(count), 0)
  return { asked: sum(found), kept: sum(found.filter(([, kept]) => kept === 'yes')) }
}

export type AuthorityStart = {
  folder: string
  port: number
  env: Readonly<Record<string, string>>
  /** Whose tokens it issues: its own address, unless it is one of several. */
  issuer?: string
  /** Another bundle than that of production. */
  file?: string
}

const addressOf = (port: number) => `http://127.0.0.1:${port}`

/** One authority process, bundled as in production, on the database of `env`. */
export async function startAuthority(start: AuthorityStart): Promise<RunningAuthority> {
  const { folder, port, env, issuer = addressOf(port), file } = start
  const all = {
    ...env,
    ...RAISED_LIMITS,
    ...{ NODE_ENV: 'production', COUNTERSIGN_DEMO: '0', COUNTERSIGN_EMBEDDED: '0' },
    // Counted as always, and never reached: two agents do here what thousands do elsewhere.
    COUNTERSIGN_AGENT_LIMIT: '9999999',
    ...{ AUTHORITY_PORT: String(port), COUNTERSIGN_ISSUER: issuer, METRICS_PORT: String(port + METRICS) },
  }
  const begin = async (): Promise<Child> => {
    const child = startServer('authority', { folder, env: all, ...(file ? { file } : {}) })
    await untilReady(child, async () => (await fetch(`${addressOf(port)}/readyz`)).ok)
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
  const kill = async () => {
    const ended = once(child.process, 'exit')
    child.process.kill('SIGKILL')
    await ended
  }
  const counted = async (name: string) => readKept(await (await fetch(metricsUrl(port))).text(), name)
  const proofs = () => counted('countersign_proofs_total')
  const answers = () => counted('countersign_answers_total')
  return { issuer, port, proofs, answers, pid: () => child.process.pid, mend, kill, stop: () => child.stop() }
}
