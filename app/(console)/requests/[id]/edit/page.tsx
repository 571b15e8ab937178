import { notFound, redirect } from 'next/navigation'
import { draftOfRequest } from '@/components/requests/draft-of-request'
import type { FormChoices } from '@/components/requests/form-draft'
import { RequestForm } from '@/components/requests/request-form'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { RequestId } from '@/lib/domain/ids'
import type { RequestRecord } from '@/lib/domain/request-record'
import { requestStatus } from '@/lib/domain/status'
import { titleFor } from '@/lib/web/page-title'
import { pageNow, requireActor } from '@/lib/web/session'
import { editRequestAction, previewAction } from '../../actions'
import { firstPreview, readFormChoices } from '../../form-data'
import '../../requests.css'

export const generateMetadata = titleFor('request.file', 'Edit request')

type Props = { params: Promise<{ id: string }> }

// Who proposed it is who it is confirmed for.
const ofItsAgent = (choices: FormChoices, { agent }: RequestRecord): FormChoices => ({
  ...choices,
  templates: [],
  agents: choices.agents.filter(({ id }) => id === agent.id),
  subAgents: choices.agents,
})

export default async function EditRequestPage({ params }: Props) {
  const { id } = await params
  const actor = await requireActor('request.file', `/requests/${id}/edit`)
  const key = RequestId.safeParse(id)
  const request = key.success ? await findVisibleRequest(actor, key.data) : null
  if (!request || request.requester.id !== actor.personId) notFound()
  const status = requestStatus(request, request.grant, await pageNow())
  if (status !== 'awaiting' && status !== 'proposed') redirect(`/requests/${request.id}`)
  const isProposed = status === 'proposed'
  const { slugs: _, ...all } = await readFormChoices(actor)
  const choices = isProposed ? ofItsAgent(all, request) : all
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
        {isProposed
          ? 'Submitting confirms it: it is filed in your name, with what stands here. Policy decides it then.'
          : `Submitting makes version ${request.version + 1}. Policy decides it anew.`}
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
      version={request.version}
      cancelHref={`/requests/${request.id}`}
    />
  )
}
