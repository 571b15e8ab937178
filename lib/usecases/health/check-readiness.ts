import { loadSigningKey } from '@/lib/credentials/keys'
import { databaseNow } from '@/lib/data/clock'
import { listAppliedMigrations, listKnownMigrations } from '@/lib/data/migrations'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import type { Secrets } from '@/lib/domain/secrets'
import { policyInForce } from '../facts/policy-in-force'

/** What a process needs before it is sent any work, and what is said when it is missing. */
const PARTS = {
  database: 'The database does not answer.',
  schema: 'The database lacks migrations that this version needs.',
  policy: 'No policy set is in force, or it does not load.',
  key: 'There is no active signing key that opens with COUNTERSIGN_SECRET.',
} as const
type Part = keyof typeof PARTS

export type Missing = { part: Part; says: string }
export type Readiness = { missing: readonly Missing[]; faults: readonly unknown[] }

// One question tells whether the database is there. What it is asked then may take a busy machine longer: a policy set
// is compiled, once per version.
const ANSWERS_WITHIN_MS = 1500
const LOOKS_WITHIN_MS = 8000

/**
 * Looks at everything that work stands on. Migrations of a newer version do no harm: old and new run side by side
 * while one replaces the other. The faults are for the log, never for whoever asked.
 */
async function look(secret: Secrets): Promise<Readiness> {
  const checks: Record<Part, () => Promise<unknown>> = {
    database: databaseNow,
    schema: requireMigrations,
    policy: policyInForce,
    key: async () => loadSigningKey(await findActiveSigningKey(), secret),
  }
  const database = await failing('database', checks.database, ANSWERS_WITHIN_MS)
  if (database) return readinessOf([database])
  const others = (['schema', 'policy', 'key'] as const).map((part) =>
    failing(part, checks[part], LOOKS_WITHIN_MS),
  )
  return readinessOf((await Promise.all(others)).filter((found) => found !== null))
}

type Failing = { part: Part; fault: unknown }

const failing = (part: Part, check: () => Promise<unknown>, ms: number): Promise<Failing | null> =>
  inTime(check(), ms).then(
    () => null,
    (fault: unknown) => ({ part, fault }),
  )

const readinessOf = (failed: readonly Failing[]): Readiness => ({
  missing: failed.map(({ part }) => ({ part, says: PARTS[part] })),
  faults: failed.map(({ fault }) => fault),
})

async function requireMigrations(): Promise<void> {
  const [known, names] = await Promise.all([listKnownMigrations(), listAppliedMigrations()])
  const applied = new Set(names)
  const lacking = known.filter((name) => !applied.has(name))
  if (known.length === 0) throw new Error('This version does not know its own migrations.')
  if (lacking.length > 0) throw new Error(`Not applied: ${lacking.join(', ')}`)
}

/** A database that hangs is one that does not answer. */
function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms)
  })
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}

let looking: Promise<Readiness> | undefined

/** Whether this process can do its work now. However many ask at once, it looks once. */
export function checkReadiness(secret: Secrets): Promise<Readiness> {
  looking ??= look(secret).finally(() => {
    looking = undefined
  })
  return looking
}
