import { Suspense } from 'react'
import { APPROVAL_COLUMNS, ApprovalsTable } from '@/components/approvals/approvals-table'
import { FloodPart } from '@/components/approvals/flood-part'
import { foldFloods } from '@/components/approvals/floods'
import { ReviewsPart } from '@/components/break-glass/reviews-part'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { SkeletonTable } from '@/components/ui/skeleton'
import { listReviewable } from '@/lib/data/break-glass'
import { databaseNow } from '@/lib/data/clock'
import { listDecidable, MOST_OF_ONE_AGENT } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { titleFor } from '@/lib/web/page-title'
import { requireActor } from '@/lib/web/session'
import '../requests/requests.css'

export const generateMetadata = titleFor('approval.see', 'Approvals')

export default async function ApprovalsPage() {
  const actor = await requireActor('approval.see', '/approvals')
  return (
    <div className="wrap">
      <PageHead title="Approvals">
        Requests that wait for your signature, highest sensitivity first, then oldest.
      </PageHead>
      <Suspense fallback={<SkeletonTable caption="Loading approvals" columns={APPROVAL_COLUMNS} rows={4} />}>
        <Reviews actor={actor} />
        <Inbox actor={actor} />
      </Suspense>
    </div>
  )
}

async function Reviews({ actor }: { actor: Actor }) {
  const now = await databaseNow()
  return <ReviewsPart requests={await listReviewable(actor, now)} now={now} />
}

async function Inbox({ actor }: { actor: Actor }) {
  const now = await databaseNow()
  const decidable = await listDecidable(actor, now)
  if (decidable.length === 0)
    return (
      <Empty
        title="Nothing waits for your signature."
        action={<LinkButton href="/requests?state=awaiting">See what waits for others</LinkButton>}
      >
        What policy holds for {groupNames(actor)} appears here.
      </Empty>
    )
  const waiting = decidable.map((one) => ({
    ...one,
    groupName: actor.groups.find(({ slug }) => slug === one.stage.name)?.name ?? one.stage.name,
  }))
  const { single, floods } = foldFloods(waiting)
  return (
    <>
      {single.length > 0 ? <ApprovalsTable waiting={single} now={now} /> : null}
      {floods.map((flood) => (
        <FloodPart key={flood.agentSlug} flood={flood} most={MOST_OF_ONE_AGENT} now={now} />
      ))}
    </>
  )
}

const groupNames = ({ groups }: Actor) =>
  groups.length > 0 ? groups.map(({ name }) => name).join(' or ') : 'your groups'
