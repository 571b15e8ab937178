import { z } from 'zod'
import { PolicySetVersion } from '@/lib/domain/ids'
import { pool } from './database'

const VersionRow = z.object({
  version: PolicySetVersion,
  serial: z.number().int(),
  policies: z.number().int(),
  created: z.date(),
  /** Since when it is in force, or null: it is not. */
  since: z.date().nullable(),
})
export type PolicyVersion = z.infer<typeof VersionRow>

/** Every policy set there ever was, newest first, without its text. */
export async function listPolicyVersions(): Promise<PolicyVersion[]> {
  const { rows } = await pool().query(
    `select s.version, s.serial, json_array_length(s.policies::json) as policies, s.created, f.activated as since
     from policy_set s left join policy_in_force f on f.version = s.version order by s.serial desc`,
  )
  return VersionRow.array().parse(rows)
}
