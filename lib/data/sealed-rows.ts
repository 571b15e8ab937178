import { z } from 'zod'
import type { Tx } from './commit'
import { pool } from './database'

const SealedRow = z.object({
  kind: z.enum(['signing key', 'second factor', 'webhook']),
  id: z.string(),
  sealed: z.string(),
})
/** What lies sealed under the installation's secret, and whose it is. */
export type SealedRow = z.infer<typeof SealedRow>
export type SealedKind = SealedRow['kind']

// A second factor that is being set up is sealed anew when it is confirmed; until then it can be begun again.
const ROWS = `select 'signing key' as kind, kid as id, sealed from signing_key
  union all select 'second factor', person_id, sealed from second_factor where sealed is not null
  union all select 'webhook', id, sealed from webhook
  order by kind, id`

/** Everything that lies sealed, of ended keys and removed webhooks too. */
export async function listSealedRows(): Promise<SealedRow[]> {
  const { rows } = await pool().query(ROWS)
  return SealedRow.array().parse(rows)
}

/** Puts the same thing sealed anew in the place of what was read. What was changed meanwhile stays. */
export async function replaceSealed(tx: Tx, { kind, id, sealed }: SealedRow, anew: string): Promise<void> {
  const data = { sealed: anew }
  if (kind === 'signing key') await tx.signingKey.updateMany({ where: { kid: id, sealed }, data })
  else if (kind === 'second factor')
    await tx.secondFactor.updateMany({ where: { personId: id, sealed }, data })
  else await tx.webhook.updateMany({ where: { id, sealed }, data })
}
