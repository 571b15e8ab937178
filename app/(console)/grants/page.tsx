import type { Metadata } from 'next'
import { LiveGrantsPage } from '@/components/live/live-grants'
import { listLiveGrants } from '@/lib/data/live-grants'
import { liveFilterOf } from '@/lib/domain/live-grant'
import { pageNow, requireActor } from '@/lib/web/session'
import { revokeGrantAction, revokeGrantsAction } from './actions'

export const metadata: Metadata = { title: 'Live grants' }

type Props = { searchParams: Promise<{ show?: string | string[]; before?: string | string[] }> }

export default async function GrantsPage({ searchParams }: Props) {
  const { show, before } = await searchParams
  const actor = await requireActor('grant.see_own', '/grants')
  const view = { filter: liveFilterOf(show), before: typeof before === 'string' ? before : null }
  const grants = await listLiveGrants(actor, { now: await pageNow(), ...view })
  return (
    <LiveGrantsPage
      key={`${view.filter} ${view.before}`}
      fromServer={grants}
      view={view}
      revoke={revokeGrantAction}
      revokeSelected={revokeGrantsAction}
    />
  )
}
