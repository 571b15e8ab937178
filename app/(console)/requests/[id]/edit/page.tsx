import { notFound, redirect } from 'next/navigation'
import { draftOfRequest } from '@/components/requests/draft-of-request'
import { RequestForm } from '@/components/requests/request-form'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { RequestId } from '@/lib/domain/ids'
import { requestStatus } from '@/lib/domain/status'
import { titleFor } from '@/lib/web/page-title'
import { pageNow, requireActor } from '@/lib/web/session'
import { editRequestAction, previewAction } from '../../actions'
import { firstPreview, readFormChoices } from '../../form-data'
import '../../requests.css'

export const generateMetadata = titleFor('request.file', 'Edit request')

type Props = { params: Promise<{ id: string }> }

export default async function EditRequestPage({ params }: Props) {
  const { id } = await params
  const actor = await requireActor('request.file', `/requests/${id}/edit`)
  const key = RequestId.safeParse(id)
  const request = key.success ? await findVisibleRequest(actor, key.data) : null
  if (!request || request.requester.id !== actor.personId) notFound()
  if (requestStatus(request, request.grant, await pageNow()) !== 'awaiting')
    redirect(`/requests/${request.id}`)
  const { slugs: _, ...choices } = await readFormChoices(actor)
  const initial = draftOfRequest(request, choices)
  const hasVotes = request.approvals.some(({ version }) => version === request.version)
  const path = (
    <>
      <Link href="/requests">Requests</Link> / <Link href={`/requests/${request.id}`}>{request.id}</Link>
    </>
  )
  const head = (
    <>
      <PageHead title="Edit request" path={path}>
        {`Submitting makes version ${request.version + 1}. Policy decides it anew.`}
      </PageHead>
      {hasVotes ? (
        <Callout tone="wait" title="Somebody has signed this version.">
          Their signature is void once you submit the change.
        </Callout>
      ) : null}
    </>
  )
  return (
    <RequestForm
      head={head}
      choices={choices}
      initial={initial}
      firstPreview={await firstPreview(actor, initial)}
      submit={editRequestAction}
      preview={previewAction}
      more={{ requestId: request.id, rev: request.rev }}
      cancelHref={`/requests/${request.id}`}
    />
  )
}
