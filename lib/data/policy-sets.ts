import { z } from 'zod'
import { PolicySetVersion } from '@/lib/domain/ids'
import type { Tx } from './commit'
import { database, pool } from './database'

const PolicyFile = z.object({ name: z.string(), text: z.string() })

export type StoredPolicySet = {
  version: PolicySetVersion
  serial: number
  schema: string
  policies: { name: string; text: string }[]
  created: Date
}

const storedOf = (row: {
  version: string
  serial: number
  schema: string
  policies: unknown
  created: Date
}): StoredPolicySet => ({
  ...row,
  version: PolicySetVersion.parse(row.version),
  policies: PolicyFile.array().parse(row.policies),
})

/** The version in force, asked from the database each time: a cache would miss an activation. */
export async function findPolicyVersionInForce(): Promise<PolicySetVersion | null> {
  const { rows } = await pool().query<{ version: string }>('select version from policy_in_force where id = 1')
  return rows[0] ? PolicySetVersion.parse(rows[0].version) : null
}

/** A stored policy set. It never changes, so its reader may keep it. */
export async function findPolicySet(version: PolicySetVersion): Promise<StoredPolicySet | null> {
  const row = await database().policySet.findUnique({ where: { version } })
  return row && storedOf(row)
}

export async function insertPolicySet(tx: Tx, set: Omit<StoredPolicySet, 'serial'>): Promise<void> {
  const newest = await tx.policySet.findFirst({ orderBy: { serial: 'desc' }, select: { serial: true } })
  await tx.policySet.create({ data: { ...set, serial: (newest?.serial ?? 0) + 1 } })
}

/** What is in force is one row: every issue locks it shared, so that none decided before is written after. */
export async function putInForce(tx: Tx, version: PolicySetVersion, activated: Date): Promise<void> {
  await tx.policyInForce.upsert({
    where: { id: 1 },
    create: { id: 1, version, activated },
    update: { version, activated },
  })
}
