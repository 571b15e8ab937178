import type { Metadata } from 'next'
import { requireActor } from '@/lib/web/session'
import { TrailPage } from './trail-page'
import { addressOf, readTrailView, type Search } from './trail-view'

export const metadata: Metadata = { title: 'Audit trail' }

export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams
  const actor = await requireActor('trail.see_own', addressOf('/audit', search))
  return <TrailPage actor={actor} view={await readTrailView(actor, search)} />
}
