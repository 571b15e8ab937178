import { z } from 'zod'
import { Role } from '@/lib/domain/access'
import { PersonId, TenantId } from '@/lib/domain/ids'
import { database, pool } from './database'

/** Somebody who may sign in with a password. */
export type PasswordHolder = {
  personId: PersonId
  name: string
  tenantId: TenantId
  email: string
  hash: string
  /** When it was chosen. */
  changed: Date
  roles: Role[]
  hasSecondFactor: boolean
}

const Row = z.object({
  personId: PersonId,
  name: z.string(),
  email: z.string(),
  hash: z.string(),
  changed: z.date(),
  isDisabled: z.boolean(),
  hasSecondFactor: z.boolean(),
  roles: z.array(z.object({ tenantId: TenantId, role: Role })),
})

// One statement, whether there is somebody or not: how often the database is asked tells nothing (A32).
const HOLDER = `select p.person_id as "personId", n.name, p.email, p.hash, p.changed,
    n.disabled is not null as "isDisabled", f.confirmed is not null as "hasSecondFactor",
    coalesce((select json_agg(json_build_object('tenantId', r.tenant_id, 'role', r.role) order by r.tenant_id, r.role)
      from role_holding r where r.person_id = p.person_id), '[]'::json) as roles
  from password p join person n on n.id = p.person_id left join second_factor f on f.person_id = p.person_id`

async function findHolder(where: 'p.email = $1' | 'p.person_id = $1', value: string) {
  const { rows } = await pool().query(`${HOLDER} where ${where}`, [value])
  const row = Row.optional().parse(rows[0])
  const [first] = row?.roles ?? []
  // Disabled, or without a role in any tenant: there is nothing to be let in to.
  if (!row || !first || row.isDisabled) return null
  const { isDisabled: _, roles, ...rest } = row
  const { tenantId } = first
  return {
    ...rest,
    tenantId,
    roles: roles.filter((one) => one.tenantId === tenantId).map(({ role }) => role),
  }
}

/** Who signs in with this address, or null. */
export const findPasswordByEmail = (email: string): Promise<PasswordHolder | null> =>
  findHolder('p.email = $1', email)

/** The password of a person, or null when they sign in in another way. */
export const findPasswordOf = (personId: PersonId): Promise<PasswordHolder | null> =>
  findHolder('p.person_id = $1', personId)

/** Whether an address is somebody's to sign in with, disabled or not. */
export const isEmailTaken = async (email: string): Promise<boolean> =>
  (await database().password.count({ where: { email } })) > 0
