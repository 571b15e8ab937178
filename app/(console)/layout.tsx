import type { ReactNode } from 'react'
import { LiveBanner } from '@/components/break-glass/live-banner'
import { Bell } from '@/components/live/bell'
import { LiveStatus } from '@/components/live/live-status'
import { RefreshOnTrail } from '@/components/live/refresh-on-trail'
import { Shell } from '@/components/shell/shell'
import { listLiveBreakGlass } from '@/lib/data/break-glass'
import { countDecidable } from '@/lib/data/decidable'
import { countLiveGrantsOf } from '@/lib/data/live-counts'
import { listNotices } from '@/lib/data/notices'
import { countProposalsFor } from '@/lib/data/proposals'
import { readStatusLine } from '@/lib/data/status-line'
import { type Actor, may, navigationOf } from '@/lib/domain/access'
import { PERSONAS, Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { isReadOnly } from '@/lib/web/read-only'
import { currentActor, pageNow } from '@/lib/web/session'
import { continueHere, markNoticesReadAction, signOut } from './account-actions'

const PEOPLE = Persona.options.map((key) => ({ key, label: PERSONAS[key] }))

/** The frame of every page for somebody who is signed in. Each page itself decides who may see it. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor()
  // Not signed in: the page sends them to sign in and back. It knows its own address, a layout does not.
  if (!actor) return children
  const now = await pageNow()
  const [navigation, status, notices, live] = await Promise.all([
    menuOf(actor, now),
    statusOf(now),
    listNotices(actor.personId),
    listLiveBreakGlass(actor, now),
  ])
  const demo = settings().demo ? { personas: PEOPLE, onContinue: continueHere } : undefined
  return (
    <Shell
      navigation={navigation}
      status={status}
      readOnly={isReadOnly()}
      banner={<LiveBanner live={live} />}
      person={actor}
      bell={<Bell key={actor.personId} fromServer={notices} markRead={markNoticesReadAction} />}
      demo={demo}
      onSignOut={signOut}
    >
      {children}
      <RefreshOnTrail />
    </Shell>
  )
}

async function menuOf(actor: Actor, now: Date) {
  const [waiting, live, proposals] = await Promise.all([
    countDecidable(actor, now, 50),
    countLiveGrantsOf(actor, now),
    may(actor, 'proposal.decide') ? countProposalsFor(actor.tenantId, actor.personId, now) : 0,
  ])
  const counts: Record<string, number> = {
    '/approvals': waiting,
    '/grants': live,
    '/settings': proposals,
  }
  return navigationOf(actor).map((page) => ({ ...page, count: counts[page.href] }))
}

async function statusOf(now: Date) {
  const { trailHead, serial } = await readStatusLine()
  return {
    link: <LiveStatus />,
    now: now.getTime(),
    trailHead,
    policySet: serial === null ? undefined : `v${serial}`,
  }
}
