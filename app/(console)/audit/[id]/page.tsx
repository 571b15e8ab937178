import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EntryDrawer } from '@/components/audit/entry-drawer'
import { findTrailEntry } from '@/lib/data/trail-search'
import { requireActor } from '@/lib/web/session'
import { TrailPage } from '../trail-page'
import { addressOf, leafOf, readTrailView, type Search } from '../trail-view'
import { readDecisions, readStory } from './entry-view'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Search> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Entry ${(await params).id}` }
}

export default async function EntryPage({ params, searchParams }: Props) {
  const [{ id }, search] = await Promise.all([params, searchParams])
  const actor = await requireActor('trail.see_own', addressOf(`/audit/${id}`, search))
  const leaf = leafOf(id)
  const entry = leaf === undefined ? null : await findTrailEntry(actor, leaf)
  if (!entry) notFound()
  const [view, decisions, story] = await Promise.all([
    readTrailView(actor, search, entry.leaf),
    readDecisions(actor, entry),
    readStory(actor, entry),
  ])
  return (
    <TrailPage actor={actor} view={view} selected={entry.leaf}>
      <EntryDrawer entry={entry} decisions={decisions} story={story} place={view} />
    </TrailPage>
  )
}
