import { z } from 'zod'
import { TenantId } from '@/lib/domain/ids'
import { BUNDLE_KEPT_SECONDS } from '@/lib/domain/trust-bundle'
import { expectOne, type Tx } from './commit'
import { pool } from './database'
import { overDomain } from './write-trust'

const DueRow = z.object({
  name: z.string(),
  tenantId: TenantId,
  bundle: z.record(z.string(), z.json()),
  version: z.number(),
  url: z.string(),
  problem: z.string().nullable(),
})
/** A trust domain whose bundle is to be fetched now, as it is believed until then. */
export type DueDomain = z.infer<typeof DueRow>

const DUE = `select name, tenant_id as "tenantId", bundle, version, bundle_url as url, problem from trust_domain
  where bundle_url is not null and next_refresh <= clock_timestamp() order by next_refresh limit 32`

/** The trust domains whose time to be fetched has come, who has waited longest first. */
export async function listDueDomains(): Promise<DueDomain[]> {
  const { rows } = await pool().query(DUE)
  return DueRow.array().parse(rows)
}

/** One that cannot be fetched is believed a while longer, and then no more: nobody knows what it has taken back. */
export const BELIEVED = `bundle_url is null or refreshed > clock_timestamp() - interval '${BUNDLE_KEPT_SECONDS} seconds'`

type Refreshed = { refreshed: Date; nextRefresh: Date; problem: null; bundle?: DueDomain['bundle'] }
type Failed = { nextRefresh: Date; problem: string }

/** Writes how fetching went, over the version and the address that were read. Other keys have everything proven anew. */
export async function writeRefresh(tx: Tx, domain: DueDomain, data: Refreshed | Failed): Promise<void> {
  const { name, version, url } = domain
  const where = { name, version, bundleUrl: url }
  if (!('bundle' in data)) return expectOne(await tx.trustDomain.updateMany({ where, data }))
  const moved = { ...data, version: { increment: 1 } }
  await overDomain(tx, name, () => tx.trustDomain.updateMany({ where, data: moved }))
}
