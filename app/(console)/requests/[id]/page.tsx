import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CountersignPanel } from '@/components/approvals/countersign-panel'
import { NextToDecide } from '@/components/approvals/next-to-decide'
import { ReviewPart } from '@/components/break-glass/review-part'
import { ApprovalsPart } from '@/components/requests/approvals-part'
import { ChildrenPart, ParentPart } from '@/components/requests/children-part'
import { CommentsPart } from '@/components/requests/comments-part'
import { CredentialsPart } from '@/components/requests/credentials-part'
import { DecisionPart } from '@/components/requests/decision-part'
import { EffectiveAccess } from '@/components/requests/effective-access'
import { RefreshAt } from '@/components/requests/refresh-at'
import { RequestPanel } from '@/components/requests/request-panel'
import { DeclinedBy, RequestStatus } from '@/components/requests/request-status'
import { type RequestView, stageTitle } from '@/components/requests/request-view'
import { TimelinePart } from '@/components/requests/timeline-part'
import { requestTitle } from '@/components/requests/words'
import { WordsPart } from '@/components/requests/words-part'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { Ago } from '@/components/ui/time'
import { RequestId } from '@/lib/domain/ids'
import { isUnconfirmed } from '@/lib/domain/request-record'
import { settings } from '@/lib/usecases/facts/settings'
import { requireActor } from '@/lib/web/session'
import {
  approveRequestAction,
  denyRequestAction,
  prepareSigningAction,
  previewNarrowingAction,
} from '../../approvals/actions'
import {
  commentRequestAction,
  completeGrantAction,
  confirmRequestAction,
  declineRequestAction,
  issueMandateAction,
  revokeGrantAction,
  withdrawRequestAction,
} from '../actions'
import { prepareReviewAction, signReviewAction } from '../break-glass-actions'
import '../requests.css'
import { findRequestView } from './view'

type Props = { params: Promise<{ id: string }> }

const SIGNING = {
  prepare: prepareSigningAction,
  preview: previewNarrowingAction,
  approve: approveRequestAction,
  deny: denyRequestAction,
}
const REVIEW = { prepare: prepareReviewAction, sign: signReviewAction }
const ACTIONS = {
  confirm: confirmRequestAction,
  decline: declineRequestAction,
  withdraw: withdrawRequestAction,
  complete: completeGrantAction,
  revoke: revokeGrantAction,
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = RequestId.safeParse((await params).id)
  return { title: id.success ? `Request ${id.data}` : 'Request' }
}

export default async function RequestPage({ params }: Props) {
  const { id } = await params
  const actor = await requireActor('request.see_own', `/requests/${id}`)
  const key = RequestId.safeParse(id)
  const view = key.success ? await findRequestView(actor, key.data) : null
  if (!view) notFound()
  const next = <NextToDecide id={view.nextToDecide} />
  // Once there is a grant, what to do with it, or what its end means, comes first.
  const credentials = <CredentialsPart view={view} issue={issueMandateAction} issuer={settings().issuer} />
  const signing = view.signing && 'stage' in view.signing ? view.signing : null
  return (
    <div className="page-request">
      <div className="stack document">
        <Head view={view} />
        {view.breakGlass ? (
          <ReviewPart {...view.breakGlass} requester={view.request.requester.name} actions={REVIEW} />
        ) : null}
        <ParentPart parent={view.parent} />
        {view.request.grant ? credentials : null}
        <ChildrenPart rows={view.children} />
        <div className={signing ? 'signed' : 'stack document'}>
          {signing ? (
            <p className="note">What you sign stands beside this line, as the platform computed it.</p>
          ) : null}
          <EffectiveAccess view={view} />
          {isUnconfirmed(view.request) ? null : <DecisionPart view={view} />}
        </div>
        {/* Nobody has signed for what an agent proposed or handed on. */}
        {isUnconfirmed(view.request) || view.parent ? null : <ApprovalsPart view={view} />}
        <WordsPart request={view.request} isHandedOn={view.parent !== null} />
        <CommentsPart view={view} add={commentRequestAction} />
        {view.request.grant ? null : credentials}
        <TimelinePart requestId={view.request.id} events={view.events} />
      </div>
      {signing ? (
        <CountersignPanel view={view} signing={signing} actions={SIGNING} signer={actor.name} next={next} />
      ) : (
        <RequestPanel view={view} actions={ACTIONS} next={next} />
      )}
      <Clocks view={view} />
    </div>
  )
}

function Head({ view }: { view: RequestView }) {
  const { request, status, stages, now } = view
  const open = stages.filter(({ isOpen }) => isOpen).map(stageTitle)
  const terms = request.grant ? view.effective : view.asked
  const path = (
    <>
      <Link href="/requests">Requests</Link> / <code>{request.id}</code>
    </>
  )
  return (
    <PageHead title={requestTitle({ agent: request.agent, ...terms }, status)} path={path}>
      <p className="row">
        <RequestStatus status={status} /> <DeclinedBy request={request} />
        <span className="muted">
          {open.length > 0 ? `${open.join(', ')}. ` : null}
          {view.parent ? 'Handed on' : isUnconfirmed(request) ? 'Proposed' : 'Filed'}{' '}
          <Ago at={request.filed} now={now} />
          {status === 'awaiting' || status === 'proposed' ? (
            <>
              , expires unanswered <Ago at={request.answerBy} now={now} />
            </>
          ) : null}
          {request.version > 1 ? `, version ${request.version}` : null}.
        </span>
      </p>
    </PageHead>
  )
}

/** The page changes when its request lapses or its grant runs out, without anybody's act. */
function Clocks({ view: { request, status, stages, now } }: { view: RequestView }) {
  const escalations = stages.flatMap(({ isOpen, escalation }) =>
    isOpen && escalation && !escalation.isDone ? [escalation.at] : [],
  )
  const waits = [request.answerBy, ...escalations].sort((a, b) => a.getTime() - b.getTime())
  const at =
    status === 'live'
      ? request.grant?.expires
      : status === 'awaiting' || status === 'proposed'
        ? waits[0]
        : null
  return at ? <RefreshAt at={at.getTime()} now={now.getTime()} /> : null
}
