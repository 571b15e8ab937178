import { ReviewsPart } from '@/components/break-glass/reviews-part'
import { InboxPage } from '@/components/live/inbox-page'
import { PageHead } from '@/components/ui/page-head'
import { listReviewable } from '@/lib/data/break-glass'
import { readInbox } from '@/lib/data/inbox'
import { findPreference } from '@/lib/data/preferences'
import { inboxHref, inboxQueryOf } from '@/lib/domain/inbox'
import { KEYS_OFF } from '@/lib/domain/preference'
import { titleFor } from '@/lib/web/page-title'
import { pageNow, requireActor } from '@/lib/web/session'
import '../requests/requests.css'
import {
  approveOneAction,
  approveRequestAction,
  chooseKeysAction,
  denyOneAction,
  denyRequestAction,
  prepareSigningAction,
  prepareSigningsAction,
} from './actions'

export const generateMetadata = titleFor('approval.see', 'Approvals')

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const ACTIONS = {
  prepare: prepareSigningAction,
  approve: approveRequestAction,
  deny: denyRequestAction,
  prepareMany: prepareSigningsAction,
  approveOne: approveOneAction,
  denyOne: denyOneAction,
  chooseKeys: chooseKeysAction,
}

export default async function ApprovalsPage({ searchParams }: Props) {
  const query = inboxQueryOf(await searchParams)
  const actor = await requireActor('approval.see', inboxHref(query))
  const now = await pageNow()
  const [inbox, reviews, keys] = await Promise.all([
    readInbox(actor, { now, query }),
    listReviewable(actor, now),
    findPreference(actor.personId, 'keys'),
  ])
  return (
    <div className="wrap">
      <PageHead title="Approvals">
        Requests that wait for your signature, highest sensitivity first, then oldest.
      </PageHead>
      <ReviewsPart requests={reviews} now={now} />
      <InboxPage
        key={inboxHref(query)}
        fromServer={inbox}
        query={query}
        groups={actor.groups.map(({ slug, name }) => ({ slug, name }))}
        signer={actor.name}
        keysOn={keys !== KEYS_OFF}
        actions={ACTIONS}
      />
    </div>
  )
}
