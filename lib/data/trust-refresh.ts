import { z } from 'zod'
import { TenantId } from '@/lib/domain/ids'
import { BUNDLE_KEPT_SECONDS } from '@/lib/domain/trust-bundle'
import { expectOne, type Tx } from './commit'
import { pool } from './database'
import { overDomain } from './write-trust'

const FetchedRow = z.object({
  name: z.string(),
  tenantId: TenantId,
  bundle: z.record(z.string(), z.json()),
  version: z.number(),
  url: z.string(),
  problem: z.string().nullable(),
})
/** A trust domain whose bundle is fetched from somewhere, as it is believed until then. */
export type FetchedDomain = z.infer<typeof FetchedRow>

const FETCHED = `select name, tenant_id as "tenantId", bundle, version, bundle_url as url, problem from trust_domain
  where bundle_url is not null`
const DUE = `${FETCHED} and next_refresh <= clock_timestamp() order by next_refresh limit 32`

/** The trust domains whose time to be fetched has come, who has waited longest first. */
export async function listDueDomains(): Promise<FetchedDomain[]> {
  const { rows } = await pool().query(DUE)
  return FetchedRow.array().parse(rows)
}

/** One trust domain of a tenant, when its bundle is fetched from somewhere. */
export async function findFetchedDomain(tenantId: TenantId, name: string): Promise<FetchedDomain | null> {
  const { rows } = await pool().query(`${FETCHED} and tenant_id = $1 and name = $2`, [tenantId, name])
  return FetchedRow.array().parse(rows)[0] ?? null
}

/** One that cannot be fetched is believed a while longer, and then no more: nobody knows what it has taken back. */
export const BELIEVED = `bundle_url is null or refreshed > clock_timestamp() - interval '${BUNDLE_KEPT_SECONDS} seconds'`

/** When the first of those that are believed for as long as they are fetched is believed no more. */
export const BELIEVED_UNTIL = `(select min(refreshed) + interval '${BUNDLE_KEPT_SECONDS} seconds' from trust_domain
  where bundle_url is not null and (${BELIEVED}))`

type Refreshed = { refreshed: Date; nextRefresh: Date; problem: null; bundle?: FetchedDomain['bundle'] }
type Failed = { nextRefresh: Date; problem: string }

/** How fetching went. */
export type RefreshedRow = Refreshed | Failed

/** Writes how fetching went, over the version and the address that were read. Other keys have everything proven anew. */
export async function writeRefresh(tx: Tx, domain: FetchedDomain, data: RefreshedRow): Promise<void> {
  const { name, version, url } = domain
  const where = { name, version, bundleUrl: url }
  if (!('bundle' in data)) return expectOne(await tx.trustDomain.updateMany({ where, data }))
  const moved = { ...data, version: { increment: 1 } }
  await overDomain(tx, name, () => tx.trustDomain.updateMany({ where, data: moved }))
}
